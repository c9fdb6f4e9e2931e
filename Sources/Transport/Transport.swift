import Platform
import SystemPackage

/// How the bytes of a connection travel between its socket and a buffer.
///
/// ```
///   ConnectionServer ──receive, send, gather──▶ Transport ──▶ plain: recv(2), send(2), sendmsg(2)
///                                                         └─▶ TLS:   TLSChannel, OpenSSL's records in between
/// ```
///
/// **Purpose.** Whoever serves connections says what is to be sent and where received bytes go, and not how. A layer in
/// between may hold bytes that the kernel has given already: epoll knows nothing of them and will not tell again. So nobody
/// waits for a socket to become readable before `hasBufferedInput` is false.
///
/// **One word.** It is a descriptor, or below zero the complement of a channel's address: what is plain is told by its sign, and
/// costs a request nothing else.
///
/// **Invariants.** A transport does not own its socket, nor its channel; who closes them has sent what there was to send. No call
/// waits. What was offered for sending and not taken is offered again next, with more behind it or not.
/// **Locks**: none; the thread of its connection. It must not know any protocol that is spoken over it.
@usableFromInline package struct Transport: Sendable, BitwiseCopyable {
  @usableFromInline let word: Int

  @inlinable init(word: Int) { self.word = word }

  /// Bytes as they are, over TCP or a unix socket.
  @inlinable package static func plain(_ socket: FileDescriptor) -> Transport { Transport(word: Int(socket.rawValue)) }

  package static func tls(_ channel: TLSChannel) -> Transport { Transport(word: ~channel.address) }

  @inlinable package var isPlain: Bool { word >= 0 }

  /// Nil where it is plain, and where it is nothing.
  package var channel: TLSChannel? { isPlain ? nil : TLSChannel(address: ~word) }

  @inlinable var plainSocket: FileDescriptor { FileDescriptor(rawValue: Int32(truncatingIfNeeded: word)) }

  /// What the event loop watches.
  @inlinable package var socket: FileDescriptor { isPlain ? plainSocket : channelSocket }

  @usableFromInline @inline(never) var channelSocket: FileDescriptor {
    channel?.socket ?? FileDescriptor(rawValue: -1)
  }

  /// There is input that the kernel does not know of.
  @inlinable package var hasBufferedInput: Bool { isPlain ? false : channelHasInput }

  @usableFromInline @inline(never) var channelHasInput: Bool { channel?.hasBufferedInput ?? false }

  // MARK: Receiving

  /// What is there, into the space at the buffer's end, which must not be empty.
  @inlinable
  package func receive(into buffer: inout ByteBuffer) -> Received {
    isPlain ? buffer.receive(from: plainSocket) : unseal(into: &buffer)
  }

  /// What is there, into memory of the caller's, which must not be empty.
  @inlinable
  package func receive(into target: inout MutableSpan<UInt8>) -> Received {
    isPlain ? Socket.receive(plainSocket, into: &target) : unseal(into: &target)
  }

  @usableFromInline @inline(never) func unseal(into buffer: inout ByteBuffer) -> Received {
    channel?.receive(into: &buffer) ?? .failed(.badFileDescriptor)
  }

  @usableFromInline @inline(never) func unseal(into target: inout MutableSpan<UInt8>) -> Received {
    channel?.receive(into: &target) ?? .failed(.badFileDescriptor)
  }

  // MARK: Sending

  @inlinable
  package func send(_ bytes: Span<UInt8>) -> Sent {
    isPlain ? Socket.send(plainSocket, bytes) : seal(bytes)
  }

  /// What is readable in the buffer; what was sent is consumed.
  @inlinable
  package func send(_ buffer: inout ByteBuffer) -> Sent {
    if isPlain { return buffer.send(to: plainSocket) }
    let sent = seal(buffer.bytes)
    if case .bytes(let count) = sent { buffer.consume(count) }
    return sent
  }

  /// All pieces, one behind the other. Of a plain transport only: a sealed one copies them first, see below.
  package func gather(_ pieces: inout GatherList) -> Sent { pieces.send(to: socket) }

  /// The same by way of a buffer, in which pieces that belong to one record are put side by side.
  package func gather(_ pieces: borrowing GatherList, through buffer: inout ByteBuffer) -> Sent {
    channel?.send(pieces, through: &buffer) ?? .failed(.badFileDescriptor)
  }

  @usableFromInline @inline(never) func seal(_ bytes: Span<UInt8>) -> Sent {
    channel?.send(bytes) ?? .failed(.badFileDescriptor)
  }
}
