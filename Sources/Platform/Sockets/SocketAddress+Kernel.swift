import Glibc

// The door between SocketAddress and the kernel's sockaddr: the only place where the network's byte order exists.

extension SocketAddress {
  var family: Int32 {
    switch self {
    case .v4: AF_INET
    case .v6: AF_INET6
    case .unix: AF_UNIX
    }
  }

  /// A unix path that fits; the kernel's room is 108 bytes with the zero.
  static let unixPathLimit = 107

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    switch self {
    case .v4(let host, let port): unsafe SocketAddress.withGeneric(SocketAddress.kernel(host, port), body)
    case .v6(let host, let port): unsafe SocketAddress.withGeneric(SocketAddress.kernel(host, port), body)
    case .unix(let path):
      unsafe SocketAddress.withGeneric(SocketAddress.kernel(path), byteCount: SocketAddress.byteCount(path), body)
    }
  }

  private static func withGeneric<Address, Result>(
    _ address: Address, byteCount: Int = MemoryLayout<Address>.size,
    _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    unsafe withUnsafePointer(to: address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        unsafe body(generic, socklen_t(byteCount))
      }
    }
  }

  private static func kernel(_ host: IPv4, _ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = host.bits.bigEndian
    return address
  }

  private static func kernel(_ host: IPv6, _ port: UInt16) -> sockaddr_in6 {
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_scope_id = host.scope
    unsafe withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
      unsafe bytes.storeBytes(of: host.high.bigEndian, as: UInt64.self)
      unsafe bytes.storeBytes(of: host.low.bigEndian, toByteOffset: 8, as: UInt64.self)
    }
    return address
  }

  private static func kernel(_ path: String) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
      unsafe bytes.copyBytes(from: path.utf8.prefix(unixPathLimit))
    }
    return address
  }

  /// A name of the abstract namespace begins with a zero, and ends where the address does.
  private static func byteCount(_ path: String) -> Int {
    guard path.utf8.first == 0 else { return MemoryLayout<sockaddr_un>.size }
    return MemoryLayout<sa_family_t>.size + min(path.utf8.count, unixPathLimit)
  }

  /// Runs a call that fills in an address; nil when the kernel gave a kind unknown here.
  static func fromKernel(
    _ call: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
  ) -> (Int32, SocketAddress?) {
    var storage = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let result = unsafe withUnsafeMutablePointer(to: &storage) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { unsafe call($0, &length) }
    }
    if result < 0 { return (result, nil) }
    return unsafe (result, withUnsafeBytes(of: storage) { unsafe SocketAddress(kernelBytes: $0, count: Int(length)) })
  }

  @unsafe init?(kernelBytes bytes: UnsafeRawBufferPointer, count: Int) {
    guard count >= MemoryLayout<sa_family_t>.size else { return nil }
    switch unsafe Int32(bytes.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET: unsafe self.init(bytes.loadUnaligned(as: sockaddr_in.self))
    case AF_INET6: unsafe self.init(bytes.loadUnaligned(as: sockaddr_in6.self))
    case AF_UNIX:
      let start = MemoryLayout<sa_family_t>.size
      let path = unsafe bytes[start..<max(start, count)].prefix { $0 != 0 }
      self = unsafe .unix(path: String(decoding: path, as: UTF8.self))
    default: return nil
    }
  }

  private init(_ address: sockaddr_in) {
    self = .v4(IPv4(UInt32(bigEndian: address.sin_addr.s_addr)), port: UInt16(bigEndian: address.sin_port))
  }

  private init(_ address: sockaddr_in6) {
    let port = UInt16(bigEndian: address.sin6_port)
    let (high, low) = unsafe withUnsafeBytes(of: address.sin6_addr) { bytes in
      unsafe (bytes.loadUnaligned(as: UInt64.self), bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    }
    let host = IPv6(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low), scope: address.sin6_scope_id)
    self = host.mapped.map { .v4($0, port: port) } ?? .v6(host, port: port)
  }
}
