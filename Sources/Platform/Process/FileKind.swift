import Glibc

enum FileKind: Equatable {
  case regular, socket, other

  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFSOCK: self = .socket
    default: self = .other
    }
  }
}
