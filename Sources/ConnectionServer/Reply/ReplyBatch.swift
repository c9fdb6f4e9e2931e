import Platform
import SystemPackage
import Transport

/// Replies of one pass over the ready sockets, to be sent one behind the other when it is over.
///
/// ```
///   ready:    A            B            C                      pass ends
///             recv, answer recv, answer recv, answer           send A, send B, send C
///   buffer:   |A's         |A's|B's     |A's|B's|C's  ← deferred, in the one buffer
/// ```
///
/// Many clients with one request each make the kernel the larger part of the cost, and its way of a received packet and
/// its way of a sent one push each other out of the processor's instruction cache. Each gone many times in a row, a SET
/// cost 4 % less, and half the replies came a sixth earlier.
///
/// Only small replies of connections with nothing left to do are deferred, and only so many: what waits here waits for
/// the turns of at most `capacity` others, of which some may have no reply here (a connection that closes).
struct ReplyBatch: ~Copyable {
  struct Entry: BitwiseCopyable {
    let token: UInt32
    let transport: Transport
    private let start: UInt32
    private let end: UInt32

    init(token: UInt32, transport: Transport, bytes: Range<Int>) {
      self.token = token
      self.transport = transport
      start = UInt32(truncatingIfNeeded: bytes.lowerBound)
      end = UInt32(truncatingIfNeeded: bytes.upperBound)
    }

    /// Where it stands in what the buffer has deferred.
    var bytes: Range<Int> { Int(start)..<Int(end) }

    fileprivate static var none: Entry {
      Entry(token: .max, transport: .plain(FileDescriptor(rawValue: -1)), bytes: 0..<0)
    }
  }

  /// Fewer are less worth, more make the first wait longer: 64 was better than 16.
  static let capacity = 64
  /// Of one reply, and of all: there must be room in the buffer for whatever comes.
  static let maxReplyBytes = 4 << 10
  static let maxBytes = 16 << 10

  private var entries = FixedArray<Entry>(repeating: .none, count: Self.capacity)
  private var count = 0
  private var first = 0
  /// Fewer by the turns that deferred nothing since the first did.
  private var turnsLeft = Self.capacity

  var isEmpty: Bool { first == count }
  /// What is here has waited for as many turns as it may.
  var isFull: Bool { count >= turnsLeft }

  /// A turn has passed that deferred nothing.
  mutating func noteOther() { if !isEmpty { turnsLeft -= 1 } }

  mutating func append(_ entry: Entry) {
    entries[count] = entry
    count += 1
  }

  mutating func takeFirst() -> Entry? {
    if isEmpty {
      first = 0
      count = 0
      turnsLeft = Self.capacity
      return nil
    }
    first += 1
    return entries[first - 1]
  }
}
