import Glibc
import SystemPackage

// Datagram sockets: UDP over IPv4 and IPv6. Non-blocking and closed on exec, as all sockets here.

extension Socket {
  /// A socket that takes datagrams from now on. EADDRINUSE comes through as `Errno.addressInUse`.
  package static func bindDatagrams(to address: SocketAddress) throws(Errno) -> FileDescriptor {
    let descriptor = socket(address.family, Int32(SOCK_DGRAM.rawValue) | flags, 0)
    try check(descriptor)
    let socket = FileDescriptor(rawValue: descriptor)
    do throws(Errno) {
      if address.family == AF_INET6 { try set(socket, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1) }
      try bind(socket, to: address)
      return socket
    } catch {
      close(socket)
      throw error
    }
  }

  /// Another descriptor of the same socket.
  package static func duplicate(_ socket: FileDescriptor) throws(Errno) -> FileDescriptor {
    let descriptor = fcntl(socket.rawValue, F_DUPFD_CLOEXEC, 0)
    try check(descriptor)
    return FileDescriptor(rawValue: descriptor)
  }

  /// Throws the next datagram away; false when there is none.
  package static func dropDatagram(_ socket: FileDescriptor) -> Bool {
    retryingInterrupts { recv(socket.rawValue, nil, 0, 0) } >= 0
  }

  /// One datagram to somebody; for tests and the like. What was offered, or why not.
  package static func send(_ socket: FileDescriptor, _ bytes: Span<UInt8>, to address: SocketAddress) -> Sent {
    let flags = Int32(MSG_NOSIGNAL)
    let result = unsafe bytes.withUnsafeBytes { bytes in
      unsafe address.withPointer { target, size in
        retryingInterrupts {
          unsafe sendto(socket.rawValue, bytes.baseAddress, bytes.count, flags, target, size)
        }
      }
    }
    return Sent(result)
  }
}

extension ByteBuffer {
  /// The next datagram, at the end; one that is longer than the space is cut.
  package mutating func receiveDatagram(from socket: FileDescriptor) -> ReceivedDatagram {
    let target = unsafe base + Int(end)
    let room = space
    let (result, sender) = unsafe SocketAddress.fromKernel { address, size in
      Int32(
        truncatingIfNeeded: retryingInterrupts {
          unsafe recvfrom(socket.rawValue, target, room, 0, address, size)
        })
    }
    if result < 0 { return errno == EAGAIN ? .wouldBlock : .failed(.last) }
    end &+= result
    return .datagram(byteCount: Int(result), sender: sender)
  }
}

extension GatherList {
  /// One datagram of all pieces.
  package mutating func send(to socket: FileDescriptor, at address: SocketAddress) -> Sent {
    unsafe address.withPointer { target, size in
      unsafe send(to: socket, at: UnsafeMutableRawPointer(mutating: target), byteCount: size)
    }
  }
}

/// What a recvfrom(2) came to.
package enum ReceivedDatagram: Equatable, Sendable {
  /// It may be empty. The sender is nil where its address is of a kind unknown here.
  case datagram(byteCount: Int, sender: SocketAddress?)
  case wouldBlock
  case failed(Errno)
}
