import Glibc
import SystemPackage

/// Whole files, also those that have no size before they are read.
package enum FileBytes {
  package static func read(_ path: String) throws(Errno) -> [UInt8] {
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
      unsafe bytes.append(contentsOf: buffer[..<count])
    }
  }
}
