import Glibc
import SystemPackage

// Pieces of memory for one sendmsg(2): a header from the output buffer, a large value straight from its item, again.
//
//    pieces ──▶ | sent | sent | piece | piece | … | unused |      64 at most
//                             └ first               └ end
//
// Invariants. `byteCount` is the sum of pieces first..<end; a partly sent piece is shortened. The list owns no byte: who
// adds a piece keeps its memory alive and unmoved until it is sent or the list cleared, hence `@unsafe`.
// One list a worker, made once: nothing is allocated at a send.

@safe package struct GatherList: ~Copyable {
  package static let capacity = 64

  private let pieces: UnsafeMutablePointer<iovec>
  private var first = 0
  private var end = 0
  package private(set) var byteCount = 0

  package init() {
    unsafe pieces = .allocate(capacity: GatherList.capacity)
  }

  deinit { unsafe pieces.deallocate() }

  package var isFull: Bool { end == GatherList.capacity }
  package var isEmpty: Bool { byteCount == 0 }
  /// Pieces not sent yet.
  package var count: Int { end - first }

  /// Unsafe: the memory must outlive the piece.
  @unsafe package mutating func add(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBytes { unsafe add($0) }
  }

  /// Unsafe: the memory must outlive the piece, so the buffer is neither appended to beyond its space nor compacted.
  @unsafe package mutating func add(_ buffer: borrowing ByteBuffer, _ range: Range<Int>) {
    unsafe add(buffer.bytes.extracting(range))
  }

  @unsafe package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    precondition(!isFull, "no piece left")
    if bytes.count == 0 { return }
    let memory = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
    unsafe (pieces + end).initialize(to: iovec(iov_base: memory, iov_len: bytes.count))
    end += 1
    byteCount += bytes.count
  }

  package mutating func clear() {
    first = 0
    end = 0
    byteCount = 0
  }

  /// One sendmsg(2) of all pieces; what was sent leaves the list, so calling again goes on.
  package mutating func send(to socket: FileDescriptor) -> Sent {
    if isEmpty { return .bytes(0) }
    var message = unsafe msghdr()
    unsafe message.msg_iov = unsafe pieces + first
    unsafe message.msg_iovlen = end - first
    let flags = Int32(MSG_NOSIGNAL)
    let sent = Sent(retryingInterrupts { unsafe sendmsg(socket.rawValue, &message, flags) })
    if case .bytes(let byteCount) = sent { drop(byteCount) }
    return sent
  }

  private mutating func drop(_ sentBytes: Int) {
    byteCount -= sentBytes
    if byteCount == 0 { return clear() }
    var rest = sentBytes
    while unsafe rest >= pieces[first].iov_len {
      rest -= unsafe pieces[first].iov_len
      first += 1
    }
    unsafe pieces[first].iov_base += rest
    unsafe pieces[first].iov_len -= rest
  }
}
