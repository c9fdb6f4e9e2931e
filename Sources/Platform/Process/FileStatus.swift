import Glibc

/// What stands at a path, itself and not what a symbolic link points to.
struct FileStatus: Equatable, Sendable {
  enum Kind { case regular, socket, other }

  let kind: Kind
  /// Together the identity of the file, as long as it exists.
  let device: UInt64
  let inode: UInt64

  init?(path: String) {
    var status = Glibc.stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: kind = .regular
    case S_IFSOCK: kind = .socket
    default: kind = .other
    }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
  }
}
