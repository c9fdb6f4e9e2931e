import Glibc

/// Who and where this process is.
package enum ProcessIdentity {
  package static var pid: Int32 { getpid() }

  /// Empty when the host has none.
  package static var hostName: String {
    var name = [CChar](repeating: 0, count: 256)
    // The last byte stays zero whatever the kernel does with a name that is too long.
    guard unsafe gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Ends the process, and writes out what was printed.
  package static func exit(_ status: Int32) -> Never { Glibc.exit(status) }
}
