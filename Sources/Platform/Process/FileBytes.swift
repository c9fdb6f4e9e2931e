import Glibc
import SystemPackage

/// Whole files, also those that have no size before they are read.
package enum FileBytes {
  /// Only of a regular file: a pipe that nobody writes would be waited for, for ever.
  ///
  /// - Parameter limit: a file that is longer is an error.
  package static func read(_ path: String, atMost limit: Int = .max) throws(Errno) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    try check(descriptor)
    defer { _ = close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw .last }
    if status.st_mode & S_IFMT == S_IFDIR { throw .isDirectory }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .invalidArgument }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 1)
    defer { unsafe buffer.deallocate() }
    var bytes: [UInt8] = []
    while true {
      let count = retryingInterrupts { unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
      if count < 0 { throw .last }
      if count == 0 { return bytes }
      if count > limit - bytes.count { throw .fileTooLarge }
      unsafe bytes.append(contentsOf: buffer[..<count])
    }
  }

  /// What comes next of an open file, a pipe or a terminal, which is waited for; nothing at its end.
  package static func next(of file: FileDescriptor, atMost count: Int) throws(Errno) -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
    defer { unsafe buffer.deallocate() }
    let found = retryingInterrupts { unsafe Glibc.read(file.rawValue, buffer.baseAddress, count) }
    if found < 0 { throw .last }
    return unsafe Array(buffer[..<found])
  }

  package static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// There is something under this name that is no regular file, nor leads to one.
  package static func isOtherThanFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
  }
}
