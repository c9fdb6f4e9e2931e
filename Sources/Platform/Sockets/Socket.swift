import Glibc
import SystemPackage

// Stream sockets: TCP over IPv4 and IPv6, and unix. All are non-blocking and closed on exec, calls that a signal
// interrupted are repeated, and writing to a closed peer is an error (EPIPE), never a signal.
// Descriptors are plain: who got one closes it.

@usableFromInline package enum Socket {
  /// A listening socket. EADDRINUSE comes through as `Errno.addressInUse`.
  package static func listen(on address: SocketAddress, backlog: Int) throws(Errno) -> FileDescriptor {
    let socket = try bind(to: address)
    do throws(Errno) {
      try listen(socket, backlog: backlog)
      return socket
    } catch {
      close(socket)
      throw error
    }
  }

  /// A socket that holds its address, so that nobody else gets it, and refuses clients until it listens.
  ///
  /// Two sockets with SO_REUSEADDR may be bound to one port while neither listens, which holds nothing. So it is set only if
  /// the port is not free without (connections of a daemon that ended linger there), and taken back after binding.
  package static func bind(to address: SocketAddress) throws(Errno) -> FileDescriptor {
    let socket = try open(address.family)
    do throws(Errno) {
      if address.family == AF_INET6 { try set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
      do throws(Errno) {
        try bind(socket, to: address)
      } catch .addressInUse where !address.isUnix {
        try set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
        try bind(socket, to: address)
        try set(socket, SOL_SOCKET, SO_REUSEADDR, 0)
      }
      return socket
    } catch {
      close(socket)
      throw error
    }
  }

  static func bind(_ socket: FileDescriptor, to address: SocketAddress) throws(Errno) {
    try check(unsafe address.withPointer { unsafe Glibc.bind(socket.rawValue, $0, $1) })
  }

  /// Connections inherit SO_REUSEADDR: without it those that linger would keep the next daemon from the port.
  package static func listen(_ socket: FileDescriptor, backlog: Int) throws(Errno) {
    try set(socket, SOL_SOCKET, SO_REUSEADDR, 1)
    try check(Glibc.listen(socket.rawValue, Int32(clamping: backlog)))
  }

  package static func accept(_ listener: FileDescriptor) -> Accepted {
    while true {
      let (descriptor, address) = unsafe SocketAddress.fromKernel {
        unsafe HiddenFunctions.accept4(listener.rawValue, $0, $1, flags)
      }
      if descriptor >= 0 { return .connection(FileDescriptor(rawValue: descriptor), address ?? .unix(path: "")) }
      switch errno {
      // The connection's own errors, and those of the network on its way, concern one client who has gone.
      case EINTR, ECONNABORTED, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH, ENETUNREACH: continue
      case EAGAIN: return .wouldBlock
      case EMFILE, ENFILE, ENOBUFS, ENOMEM: return .exhausted
      default: return .failed(.last)
      }
    }
  }

  /// A connection under way: when it is writable, `pendingError` says how it went.
  package static func connect(to address: SocketAddress) throws(Errno) -> FileDescriptor {
    let socket = try open(address.family)
    let result = unsafe address.withPointer { unsafe Glibc.connect(socket.rawValue, $0, $1) }
    // Interrupted is under way too: the kernel goes on connecting.
    if result == 0 || errno == EINPROGRESS || errno == EINTR { return socket }
    let error = Errno.last
    close(socket)
    throw error
  }

  /// Two connected unix sockets.
  package static func pair(isBlocking: Bool = false) throws(Errno) -> (FileDescriptor, FileDescriptor) {
    let kind = stream | (isBlocking ? Int32(SOCK_CLOEXEC.rawValue) : flags)
    var descriptors: (Int32, Int32) = (-1, -1)
    let result = unsafe withUnsafeMutablePointer(to: &descriptors) { pointer in
      unsafe pointer.withMemoryRebound(to: Int32.self, capacity: 2) {
        unsafe socketpair(AF_UNIX, kind, 0, $0)
      }
    }
    try check(result)
    return (FileDescriptor(rawValue: descriptors.0), FileDescriptor(rawValue: descriptors.1))
  }

  package static func close(_ socket: FileDescriptor) {
    _ = Glibc.close(socket.rawValue)
  }

  /// What is not sent yet never will be: closed afterwards, the connection is reset. Otherwise the kernel goes on sending it for
  /// minutes, to a host that answers again by then.
  package static func discardUnsent(_ socket: FileDescriptor) {
    var value = linger(l_onoff: 1, l_linger: 0)
    let size = socklen_t(MemoryLayout<linger>.size)
    _ = unsafe setsockopt(socket.rawValue, SOL_SOCKET, SO_LINGER, &value, size)
  }

  /// No more will be sent: the peer receives the end of the stream after what is on its way.
  package static func shutdownSending(_ socket: FileDescriptor) {
    _ = shutdown(socket.rawValue, Int32(SHUT_WR))
  }

  /// Neither will be sent nor received: whoever watches it finds that its peer has gone.
  package static func shutdownBoth(_ socket: FileDescriptor) {
    _ = shutdown(socket.rawValue, Int32(SHUT_RDWR))
  }

  package static func localAddress(_ socket: FileDescriptor) throws(Errno) -> SocketAddress {
    let (result, address) = unsafe SocketAddress.fromKernel { unsafe getsockname(socket.rawValue, $0, $1) }
    try check(result)
    return address ?? .unix(path: "")
  }

  package static func peerAddress(_ socket: FileDescriptor) throws(Errno) -> SocketAddress {
    let (result, address) = unsafe SocketAddress.fromKernel { unsafe getpeername(socket.rawValue, $0, $1) }
    try check(result)
    return address ?? .unix(path: "")
  }

  /// The same of a connection that may have been reset, of which getpeername(2) tells nothing. Nil where it was none.
  package static func lastPeerAddress(_ socket: FileDescriptor) -> SocketAddress? {
    if let address = try? peerAddress(socket) { return address }
    // The kernel refuses to fill in more than it has, and cuts what it is asked less for.
    for size in [MemoryLayout<sockaddr_in6>.size, MemoryLayout<sockaddr_in>.size] {
      let (result, address) = unsafe SocketAddress.fromKernel { pointer, length in
        unsafe length.pointee = socklen_t(size)
        return unsafe getsockopt(socket.rawValue, SOL_SOCKET, SO_PEERNAME, pointer, length)
      }
      if result == 0 { return address }
    }
    return nil
  }

  static let flags = Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
  static let stream = Int32(SOCK_STREAM.rawValue)

  static func open(_ family: Int32) throws(Errno) -> FileDescriptor {
    let descriptor = socket(family, stream | flags, 0)
    try check(descriptor)
    return FileDescriptor(rawValue: descriptor)
  }
}

/// What an accept4(2) came to.
package enum Accepted: Sendable {
  case connection(FileDescriptor, SocketAddress)
  case wouldBlock
  /// Descriptors or kernel memory ran out: the connection stays queued, accepting should rest a while.
  case exhausted
  case failed(Errno)
}
