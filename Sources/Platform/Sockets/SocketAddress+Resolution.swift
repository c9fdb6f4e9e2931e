import Glibc

extension SocketAddress {
  /// The addresses of a host name or a number, in the resolver's order; without a host every address of this host,
  /// IPv4 and IPv6. Waits for name servers.
  package static func resolve(host: String?, port: UInt16) throws(ResolutionError) -> [SocketAddress] {
    guard let host else { return [.any4(port: port), .any6(port: port)] }
    return try look(up: host, port, flags: 0)
  }

  /// The address that `host` is, if it is one and no name. Waits for nobody.
  package static func numeric(host: String, port: UInt16) -> SocketAddress? {
    try? look(up: host, port, flags: AI_NUMERICHOST).first
  }

  private static func look(
    up host: String, _ port: UInt16, flags: Int32
  ) throws(ResolutionError) -> [SocketAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Socket.stream
    unsafe hints.ai_flags = flags
    var list: UnsafeMutablePointer<addrinfo>?
    let status = unsafe getaddrinfo(host, String(port), &hints, &list)
    guard status == 0, let list = unsafe list else { throw ResolutionError(host: host, status: status) }
    defer { unsafe freeaddrinfo(list) }
    let addresses = unsafe collect(list)
    if addresses.isEmpty { throw ResolutionError(host: host, status: EAI_NONAME) }
    return addresses
  }

  @unsafe private static func collect(_ list: UnsafeMutablePointer<addrinfo>) -> [SocketAddress] {
    var addresses: [SocketAddress] = []
    var next: UnsafeMutablePointer<addrinfo>? = unsafe list
    while let entry = unsafe next {
      let bytes = unsafe UnsafeRawBufferPointer(start: entry.pointee.ai_addr, count: Int(entry.pointee.ai_addrlen))
      if let address = unsafe SocketAddress(kernelBytes: bytes, count: bytes.count), !addresses.contains(address) {
        addresses.append(address)
      }
      unsafe next = unsafe entry.pointee.ai_next
    }
    return addresses
  }
}
