import Platform
import SystemPackage

/// How the bytes of a connection travel between its socket and a buffer.
///
/// ```
///   ConnectionServer ──receive, send, gather──▶ Transport ──▶ plain: recv(2), send(2), sendmsg(2)
///                                                         └─▶ (the place for TLS: its records in between)
/// ```
///
/// **Purpose.** Whoever serves connections says what is to be sent and where received bytes go, and not how. A layer in
/// between may hold bytes that the kernel has given already: epoll knows nothing of them and will not tell again. So nobody
/// waits for a socket to become readable before `hasBufferedInput` is false.
///
/// **Invariants.** A transport does not own its socket; who closes that has sent what there was to send. No call waits.
/// **Locks**: none; the thread of its connection. It must not know any protocol that is spoken over it.
@usableFromInline package enum Transport: Sendable, BitwiseCopyable {
  /// Bytes as they are, over TCP or a unix socket.
  case plain(FileDescriptor)

  /// What the event loop watches.
  @inlinable package var socket: FileDescriptor {
    switch self {
    case .plain(let socket): socket
    }
  }

  /// There is input that the kernel does not know of.
  @inlinable package var hasBufferedInput: Bool {
    switch self {
    case .plain: false
    }
  }

  // MARK: Receiving

  /// What is there, into the space at the buffer's end, which must not be empty.
  @inlinable
  package func receive(into buffer: inout ByteBuffer) -> Received {
    switch self {
    case .plain(let socket): buffer.receive(from: socket)
    }
  }

  /// What is there, into memory of the caller's, which must not be empty.
  @inlinable
  package func receive(into target: inout MutableSpan<UInt8>) -> Received {
    switch self {
    case .plain(let socket): Socket.receive(socket, into: &target)
    }
  }

  // MARK: Sending

  @inlinable
  package func send(_ bytes: Span<UInt8>) -> Sent {
    switch self {
    case .plain(let socket): Socket.send(socket, bytes)
    }
  }

  /// What is readable in the buffer; what was sent is consumed.
  @inlinable
  package func send(_ buffer: inout ByteBuffer) -> Sent {
    switch self {
    case .plain(let socket): buffer.send(to: socket)
    }
  }

  /// All pieces, one behind the other.
  package func gather(_ pieces: inout GatherList) -> Sent {
    switch self {
    case .plain(let socket): pieces.send(to: socket)
    }
  }
}
