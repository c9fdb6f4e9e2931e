import Glibc

/// Who this process is.
package enum ProcessIdentity {
  package static var pid: Int32 { getpid() }

  /// The host's name as the kernel knows it.
  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    let result = unsafe name.withUnsafeMutableBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return Int32(-1) }
      return unsafe gethostname(start, buffer.count - 1)
    }
    return result == 0 ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : ""
  }
}
