@testable import ItemStore
@testable import Replication

/// What meta commands do to a side.
extension Pair {
  /// The letters that mg would show, W, X, Z, or EN.
  @discardableResult func metaGet(
    _ index: Int, _ key: String, _ options: MetaGetOptions = MetaGetOptions(), ring: Int = 0
  )
    -> String
  {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    var letters = "EN"
    side.store.metaGet(
      bytes.span, hash: side.store.hash(bytes.span), options, at: moment(index), journal: side.rings[ring]
    ) { _, found in
      letters = (found.wasWinSent ? "Z" : "") + (found.isStale ? "X" : "") + (found.hasWon ? "W" : "")
    }
    return letters
  }

  @discardableResult func store(
    _ index: Int, _ key: String, _ value: [UInt8], _ mode: StoreMode, _ conditions: StoreConditions,
    expiresAt: UInt32 = 0, ring: Int = 0
  ) -> StoreResult {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    return side.store.store(
      bytes.span, hash: side.store.hash(bytes.span), mode: mode, conditions: conditions, clientFlags: 5,
      expiresAt: expiresAt, value: value.span, at: moment(index), journal: side.rings[ring])
  }

  func delete(_ index: Int, _ key: String, _ conditions: DeleteConditions, ring: Int = 0) {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    _ = side.store.delete(
      bytes.span, hash: side.store.hash(bytes.span), conditions: conditions, at: moment(index),
      journal: side.rings[ring])
  }

  func increment(_ index: Int, _ key: String, _ conditions: IncrementConditions, ring: Int = 0) {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    _ = side.store.increment(
      bytes.span, hash: side.store.hash(bytes.span), by: 1, conditions: conditions, at: moment(index),
      journal: side.rings[ring])
  }

  /// The cas that clients of a side see.
  func cas(_ index: Int, _ key: String) -> UInt64? { live(index)[key]?.cas }
}
