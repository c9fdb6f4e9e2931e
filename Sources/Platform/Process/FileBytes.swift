import Glibc
import SystemPackage

/// Whole files, also those that have no size before they are read.
package enum FileBytes {
  /// - Parameter limit: a file that is longer is an error.
  package static func read(_ path: String, atMost limit: Int = .max) throws(Errno) -> [UInt8] {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    try check(descriptor)
    defer { _ = close(descriptor) }
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
}
