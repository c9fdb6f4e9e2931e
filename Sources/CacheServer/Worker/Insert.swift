import ItemStore
import Platform

/// A large value between the bytes of the output, sent from its item.
///
/// ```
///   output   VALUE a 0 90000\r\n ┊ \r\nVALUE b 0 70000\r\n ┊ \r\nEND\r\n
///                               └ value a, gap 17          └ value b, gap 19
/// ```
///
/// An insert says only how many bytes of the output stand between it and the one before, so whatever is sent or moved,
/// only the first of a connection's inserts changes.
struct Insert {
  var value: HeldValue
  /// Unsent bytes of the output before this value and behind the one before it.
  private(set) var gap: Int
  /// How much of the value itself is sent.
  private(set) var sent = 0

  /// What a connection may have waiting: enough that one call is worth it, and little for a client who does not read.
  static let mostWaiting = 16
  static let mostBytesWaiting = 256 << 10

  init(_ value: HeldValue, gap: Int) {
    self.value = value
    self.gap = gap
  }

  var isSent: Bool { gap == 0 && unsent == 0 }
  var unsent: Int { value.item.valueCount - sent }

  /// The output before it has become so much longer.
  mutating func move(by count: Int) { gap += count }

  /// Takes what it can of `count` sent bytes: of the output before the value, then of the value. Returns what is left.
  mutating func drop(_ count: Int, from output: inout ByteBuffer) -> Int {
    let before = min(count, gap)
    output.consume(before)
    gap -= before
    let within = min(count - before, unsent)
    sent += within
    return count - before - within
  }
}

extension [Insert] {
  /// Nothing more may join them before some are sent.
  var isFull: Bool {
    count >= Insert.mostWaiting || reduce(0) { $0 + $1.unsent } >= Insert.mostBytesWaiting
  }

  /// Bytes of the output up to the last of them.
  var gaps: Int { reduce(0) { $0 + $1.gap } }
}
