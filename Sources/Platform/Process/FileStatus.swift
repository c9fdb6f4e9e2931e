import Glibc
import SystemPackage

/// What the file system tells of a file that this process made or is about to use.
struct FileStatus {
  let kind: FileKind
  /// Its names, in one directory or several.
  let linkCount: Int
  private let device: dev_t
  private let number: ino_t

  /// Of what stands at a path, itself and not what a symbolic link points to; nil is nothing.
  init?(path: String) {
    var status = stat()
    guard unsafe lstat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  init?(_ file: FileDescriptor) {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    linkCount = Int(status.st_nlink)
    device = status.st_dev
    number = status.st_ino
  }

  /// Whether it is one file under two descriptions.
  func isSameFile(as other: FileStatus) -> Bool { device == other.device && number == other.number }
}

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
