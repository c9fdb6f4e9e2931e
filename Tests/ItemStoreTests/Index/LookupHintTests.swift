import ItemStore
import Testing

@testable import ItemStore

@Suite("Where a key was seen")
struct LookupHintTests {
  private let keys = (0..<2000).map { bytes("key \($0)") }

  private func filled() throws -> TestStore {
    let store = try TestStore(bucketPower: 4, stripePower: 4)
    for key in keys { store.store(key, key) }
    return store
  }

  @Test("leads to nearly every item whose bucket has no overflow, and to no other's")
  func hits() throws {
    let store = try filled()
    while try store.store.growIndex(buckets: 1000) {}
    let hints = store.prefetch(keys)
    var found = 0
    for (key, hint) in zip(keys, hints) {
      let hash = store.store.hash(key.span)
      guard let item = store.store.index.item(key.span, hash, at: hint) else { continue }
      #expect(unsafe [UInt8](item.keyBytes) == key)
      found += 1
    }
    #expect(found > keys.count / 2, "\(found)")
  }

  @Test("is no more than a hint: what was changed since is found as it is, and what is gone is not")
  func stale() throws {
    let store = try filled()
    _ = try store.store.growIndex(buckets: 150)
    let hints = store.prefetch(keys)
    for (number, key) in keys.enumerated() {
      switch number % 5 {
      case 0: store.delete(key)
      case 1: store.store(key, [1, 2, 3])
      case 2: store.storeApart(key, [UInt8](repeating: 7, count: 300))
      case 3: store.touch(key, expiresAt: 100)
      default: break
      }
    }
    while try store.store.growIndex(buckets: 10) {}
    for (number, (key, hint)) in zip(keys, hints).enumerated() {
      let value = store.get(key, hint: hint)?.value
      #expect(value == [nil, [1, 2, 3], [UInt8](repeating: 7, count: 300), nil, key][number % 5], "\(number)")
    }
  }

  @Test("of another key finds the key that is asked for all the same")
  func ofAnother() throws {
    let store = try filled()
    let hints = store.prefetch(keys)
    for (key, hint) in zip(keys, hints.reversed()) { #expect(store.get(key, hint: hint)?.value == key) }
    #expect(store.get(bytes("none"), hint: hints[0]) == nil)
  }

  @Test("counts a hit as any lookup does")
  func counted() throws {
    let store = try filled()
    let hint = store.prefetch([keys[0]])[0]
    for _ in 0..<3 { _ = store.get(keys[0], hint: hint) }
    let reference = try #require(store.reference(keys[0]))
    let state = store.store.memory.item(reference).state
    #expect(state.isFetched && state.use == ItemState.maxUse)
  }
}
