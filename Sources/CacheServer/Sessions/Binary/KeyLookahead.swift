import ItemStore
import MemcacheProtocol
import Platform

/// Keys of the requests that stand behind each other in the input: found and hashed once, and their memory asked for, before the
/// first is executed. So the waits for it overlap, as a `KeyGroup`'s do; the requests themselves are read when their turn comes.
///
/// Positions are those of the input it was filled from.
struct KeyLookahead: ~Copyable {
  static let capacity = 32

  private var starts = FixedArray(repeating: Int32(0), count: Self.capacity)
  private var hashes = FixedArray(repeating: UInt64(0), count: Self.capacity)
  private var count = 0
  private var next = 0
  /// How far the input has been looked at.
  private(set) var end = 0

  mutating func clear() {
    count = 0
    next = 0
    end = 0
  }

  /// Looks at the requests from there on, and takes the keys of as many as may be executed.
  @inline(__always)
  mutating func fill(_ input: Span<UInt8>, from start: Int, atMost limit: Int, _ store: ItemStore) {
    clear()
    var position = start
    let limit = min(limit, Self.capacity)
    while count < limit, let found = BinaryParser.key(of: input, at: position) {
      if !found.key.isEmpty { add(found.key, input, store) }
      position = found.next
    }
    // What could not be read is looked at anew only when it is whole.
    end = max(position, start &+ 1)
    if count > 1 { store.prefetch(hashes.span.extracting(0..<count)) }
  }

  @inline(__always)
  private mutating func add(_ key: ByteRange, _ input: Span<UInt8>, _ store: ItemStore) {
    starts[count] = Int32(truncatingIfNeeded: key.lowerBound)
    hashes[count] = store.hash(input.bytes(in: key))
    count &+= 1
  }

  /// The hash of a key that stands behind all that were asked for before.
  @inline(__always)
  mutating func hash(_ key: ByteRange, _ input: Span<UInt8>, _ store: ItemStore) -> UInt64 {
    while next < count {
      let start = Int(starts[next])
      if start > key.lowerBound { break }
      next &+= 1
      if start == key.lowerBound { return hashes[next &- 1] }
    }
    return store.hash(input.bytes(in: key))
  }
}
