import MemcacheProtocol
import Platform

/// Answers that cannot be sent yet, and values that have not come as a whole: buffers that are used again.
///
/// **Invariants.** `byteCount` is what all hold together; who stores looks at it first. A buffer that has grown is given back.
struct BufferPool: ~Copyable {
  private var buffers = StableArray<ByteBuffer>()
  private var free: [UInt32] = []
  private(set) var byteCount = 0

  private static let initial = 4 << 10
  /// The joined answer of a retrieval of fifty keys has room in one that is kept.
  private static let kept = 32 << 10
  private static let maxFree = 256

  mutating func take() -> UInt32 { free.popLast() ?? buffers.insert(ByteBuffer(capacity: Self.initial)) }

  mutating func giveBack(_ number: UInt32) {
    byteCount -= buffers[number].count
    if buffers[number].capacity > Self.kept || free.count >= Self.maxFree {
      drop(buffers.remove(number))
    } else {
      buffers[number].clear()
      free.append(number)
    }
  }

  private func drop(_ buffer: consuming ByteBuffer) {}

  mutating func append(_ bytes: Span<UInt8>, to number: UInt32) {
    buffers[number].reserve(bytes.count)
    buffers[number].append(bytes)
    byteCount += bytes.count
  }

  mutating func append(_ buffer: borrowing ByteBuffer, _ range: ByteRange, to number: UInt32) {
    append(buffer.bytes.bytes(in: range), to: number)
  }

  mutating func append(_ text: StaticString, to number: UInt32) {
    buffers[number].reserve(text.utf8CodeUnitCount)
    buffers[number].append(text)
    byteCount += text.utf8CodeUnitCount
  }

  /// Lets `body` append at most `room` bytes.
  mutating func write(to number: UInt32, room: Int, _ body: (inout ByteBuffer) -> Void) {
    buffers[number].reserve(room)
    let before = buffers[number].count
    body(&buffers[number])
    byteCount += buffers[number].count - before
  }

  mutating func set(_ byte: UInt8, at place: Int, of number: UInt32) {
    buffers[number].set(byte, at: place)
  }

  mutating func clear(_ number: UInt32) {
    byteCount -= buffers[number].count
    buffers[number].clear()
  }

  func with<Result>(_ number: UInt32, _ body: (Span<UInt8>) -> Result) -> Result {
    buffers.with(number) { body($0.bytes) }
  }
}
