import Glibc
import SystemPackage

extension Socket {
  /// One recv(2) into memory of the caller's, which must not be empty.
  @usableFromInline
  package static func receive(_ socket: FileDescriptor, into target: inout MutableSpan<UInt8>) -> Received {
    unsafe target.withUnsafeMutableBytes { unsafe receive(socket, $0) }
  }

  /// One send(2).
  @usableFromInline
  package static func send(_ socket: FileDescriptor, _ bytes: Span<UInt8>) -> Sent {
    unsafe bytes.withUnsafeBytes { unsafe send(socket, $0) }
  }

  @unsafe package static func receive(_ socket: FileDescriptor, _ target: UnsafeMutableRawBufferPointer) -> Received {
    let result = retryingInterrupts { unsafe recv(socket.rawValue, target.baseAddress, target.count, 0) }
    if result > 0 { return .bytes(result) }
    if result == 0 { return .closed }
    return errno == EAGAIN ? .wouldBlock : .failed(.last)
  }

  @unsafe package static func send(_ socket: FileDescriptor, _ bytes: UnsafeRawBufferPointer) -> Sent {
    let flags = Int32(MSG_NOSIGNAL)
    return Sent(retryingInterrupts { unsafe Glibc.send(socket.rawValue, bytes.baseAddress, bytes.count, flags) })
  }
}

extension Sent {
  /// From the result of a send call, with errno.
  init(_ result: Int) {
    if result >= 0 {
      self = .bytes(result)
    } else {
      self = errno == EAGAIN ? .wouldBlock : .failed(.last)
    }
  }
}

/// What a recv(2) came to.
@usableFromInline package enum Received: Equatable, Sendable {
  /// More than zero.
  case bytes(Int)
  case wouldBlock
  /// The peer has sent its last byte.
  case closed
  case failed(Errno)
}

/// What a send(2) came to.
@usableFromInline package enum Sent: Equatable, Sendable {
  /// May be fewer than were offered.
  case bytes(Int)
  case wouldBlock
  case failed(Errno)
}
