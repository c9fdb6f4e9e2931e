import Glibc
import SystemPackage

extension ByteBuffer {
  /// One recv(2) into the space at the end, which must not be empty.
  @usableFromInline
  package mutating func receive(from socket: FileDescriptor) -> Received {
    precondition(space > 0, "an empty recv looks like the end of the stream")
    let received = unsafe Socket.receive(socket, UnsafeMutableRawBufferPointer(start: base + Int(end), count: space))
    if case .bytes(let byteCount) = received { end &+= Int32(truncatingIfNeeded: byteCount) }
    return received
  }

  /// One send(2) of what is readable; what was sent is consumed.
  @usableFromInline
  package mutating func send(to socket: FileDescriptor) -> Sent {
    if isEmpty { return .bytes(0) }
    let sent = unsafe Socket.send(socket, UnsafeRawBufferPointer(start: base + Int(start), count: count))
    if case .bytes(let byteCount) = sent { consume(byteCount) }
    return sent
  }
}
