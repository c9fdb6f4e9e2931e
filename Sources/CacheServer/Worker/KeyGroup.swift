import ItemStore
import MemcacheProtocol

/// Some keys, looked up together: while one item's cache line is on its way, the next one's is asked for.
///
/// The keys are those of one retrieval, or of the requests that a client has sent one behind the other.
///
/// Passes over the group instead of one over the keys: hash, prefetch the buckets, prefetch the items, answer. The misses of
/// a pass overlap; done key by key, each would be waited for.
struct KeyGroup {
  static let capacity = 32

  private var keys = InlineArray<32, ByteRange>(repeating: .none)
  private var hashes = InlineArray<32, UInt64>(repeating: 0)
  private(set) var count = 0

  // By spans: an array's own subscript copies the array.
  func key(_ number: Int) -> ByteRange { keys.span[number] }
  func hash(_ number: Int) -> UInt64 { hashes.span[number] }

  enum Filled {
    case group, end, tooLong
  }

  /// Takes keys from the cursor.
  mutating func fill(_ cursor: inout KeyCursor, _ input: Span<UInt8>, _ store: ItemStore) -> Filled {
    while count < Self.capacity {
      switch cursor.next(in: input) {
      case .end: return .end
      case .tooLong: return .tooLong
      case .key(let key):
        keys[count] = key
        hashes[count] = store.hash(input.bytes(in: key))
        count += 1
      }
    }
    return .group
  }

  /// Takes the key of each of the requests that stand one behind the other in the input, as far as a glance tells.
  /// Returns where the first stands that it has not seen.
  mutating func fillAhead(_ input: Span<UInt8>, from start: Int, atMost limit: Int, _ store: ItemStore) -> Int? {
    var offset = start
    while count < min(limit, Self.capacity) {
      guard let seen = TextParser.glance(input, from: offset) else { return nil }
      keys[count] = seen.key
      hashes[count] = store.hash(input.bytes(in: seen.key))
      count += 1
      offset = seen.next
    }
    return offset
  }

  func prefetch(_ store: ItemStore) { store.prefetch(hashes.span.extracting(first: count)) }
}
