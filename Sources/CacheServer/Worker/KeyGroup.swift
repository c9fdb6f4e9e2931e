import ItemStore
import MemcacheProtocol

/// Some keys of a retrieval, looked up together: while one item's cache line is on its way, the next one's is asked for.
///
/// Three passes over the group instead of one over the keys: hash and touch the buckets, touch the items, answer. The misses
/// of a pass overlap; done key by key, each would be waited for.
struct KeyGroup {
  private(set) var keys = InlineArray<16, ByteRange>(repeating: .none)
  private(set) var hashes = InlineArray<16, UInt64>(repeating: 0)
  private(set) var count = 0

  enum Filled {
    case group, end, tooLong
  }

  /// Takes keys from the cursor and touches their buckets.
  mutating func fill(_ cursor: inout KeyCursor, _ input: Span<UInt8>, _ store: ItemStore) -> Filled {
    while count < keys.count {
      switch cursor.next(in: input) {
      case .end: return .end
      case .tooLong: return .tooLong
      case .key(let key):
        let hash = store.hash(input.bytes(in: key))
        _ = store.touchIndex(hash)
        keys[count] = key
        hashes[count] = hash
        count += 1
      }
    }
    return .group
  }

  func touchItems(_ store: ItemStore) {
    for number in 0..<count { _ = store.touchItem(hashes[number]) }
  }
}
