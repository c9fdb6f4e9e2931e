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
