import Glibc
import SystemPackage

// Pieces of memory for one sendmsg(2): answers from the output buffer, a large value straight from its item, answers again.
//
//    | piece | piece | piece | … | unused |      32 at most, and `limit` bytes at most
//                                └ count
//
// Purpose. A value that is not copied costs no call of its own: what stands before it and behind it goes out with it.
//
// Invariants. The list lives on the stack for one call and owns no byte. That what it names stays where it is meanwhile is
// the compiler's to prove: the list cannot outlive the borrow of any piece.
// What does not fit is left out, in order: who adds the pieces begins anew with the rest, once he knows what was sent.

@safe package struct GatherList: ~Copyable, ~Escapable {
  package static let capacity = 32

  fileprivate var pieces = unsafe InlineArray<32, iovec>(repeating: iovec())
  /// Bytes that may still be added.
  private var room: Int
  package private(set) var count = 0
  package private(set) var byteCount = 0

  /// - Parameter limit: bytes that may be sent.
  @_lifetime(immortal)
  package init(limit: Int) {
    room = limit
  }

  /// Nothing that is added now is taken.
  package var isFull: Bool { count == GatherList.capacity || room <= 0 }

  /// Takes the piece, or as much of it as may be sent.
  @_lifetime(self: copy self, copy bytes)
  package mutating func add(_ bytes: Span<UInt8>) {
    if isFull || bytes.isEmpty { return }
    let taken = min(bytes.count, room)
    unsafe bytes.withUnsafeBytes {
      let start = unsafe UnsafeMutableRawPointer(mutating: $0.baseAddress)
      unsafe pieces[count] = iovec(iov_base: start, iov_len: taken)
    }
    count += 1
    byteCount += taken
    room -= taken
  }

  /// For the call that sends them.
  var takenPieces: MutableSpan<iovec> {
    @_lifetime(&self) mutating get { unsafe pieces.mutableSpan }
  }

  /// One sendmsg(2) of all pieces.
  package mutating func send(to socket: FileDescriptor) -> Sent {
    byteCount == 0 ? .bytes(0) : unsafe send(to: socket, at: nil, byteCount: 0)
  }

  /// - Parameter address: of whom a datagram is for; nil where the socket is connected.
  @unsafe mutating func send(
    to socket: FileDescriptor, at address: UnsafeMutableRawPointer?, byteCount addressSize: socklen_t
  ) -> Sent {
    let count = self.count
    let flags = Int32(MSG_NOSIGNAL)
    var list = unsafe takenPieces
    return unsafe list.withUnsafeMutableBufferPointer { list in
      var message = unsafe msghdr()
      unsafe message.msg_iov = list.baseAddress
      unsafe message.msg_iovlen = count
      unsafe message.msg_name = address
      unsafe message.msg_namelen = addressSize
      return Sent(retryingInterrupts { unsafe sendmsg(socket.rawValue, &message, flags) })
    }
  }
}

extension GatherList {
  /// Copies what stands from `offset` on, as much as there is room for.
  package func copy(from offset: Int, to buffer: inout ByteBuffer) {
    var skipped = offset
    for number in 0..<count where buffer.space > 0 {
      let piece = unsafe pieces[number]
      let length = unsafe piece.iov_len
      if skipped >= length {
        skipped -= length
        continue
      }
      let taken = min(length - skipped, buffer.space)
      let start = unsafe piece.iov_base.map { unsafe UnsafeRawPointer($0) + skipped }
      unsafe buffer.append(copying: UnsafeRawBufferPointer(start: start, count: taken))
      skipped = 0
    }
  }
}
