@testable import ItemStore

extension ItemStore {
  /// Evicts one item, as the hand of the clock does that comes by it.
  func evict(_ key: [UInt8]) {
    let hash = hash(key.span)
    index.lock(hash)
    defer { index.unlock(hash) }
    guard let slot = unsafe key.withUnsafeBytes({ unsafe index.find($0, hash) }) else { return }
    let item = memory.item(slot.reference)
    if item.state.isTombstone { return }
    slabs.lock(item.slabClass)
    let owned = keyspace.evict(slot, hash, leaving: keyspace.ghost(of: item, hash, wasNewcomer: true))
    slabs.unlock(item.slabClass)
    if let owned { keyspace.release(owned) }
  }
}
