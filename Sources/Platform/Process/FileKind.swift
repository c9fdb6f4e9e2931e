import Glibc

/// What stands at a path, itself and not what a symbolic link points to; nil is nothing.
enum FileKind: Equatable {
  case regular, socket, other

  init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFSOCK: self = .socket
    default: self = .other
    }
  }
}
