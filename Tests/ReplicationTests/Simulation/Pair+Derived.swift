@testable import ItemStore
@testable import Replication

/// Changes of what is held, and touches of it.
extension Pair {
  @discardableResult func increment(_ index: Int, _ key: String, ring: Int = 0) -> UInt64? {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    let outcome = side.store.increment(
      bytes.span, hash: side.store.hash(bytes.span), by: 1, at: moment(index),
      journal: side.rings[ring])
    if case .value(let value) = outcome { return value }
    return nil
  }

  func append(_ index: Int, _ key: String, _ value: [UInt8], ring: Int = 0, mode: StoreMode = .append) {
    store(index, key, value, mode, ring)
  }

  /// By the cas unique that the key has now.
  func compareAndSwap(_ index: Int, _ key: String, _ value: [UInt8], ring: Int = 0) {
    guard let unique = cas(index, key) else { return }
    store(index, key, value, .compareAndSwap(unique), ring)
  }

  private func store(_ index: Int, _ key: String, _ value: [UInt8], _ mode: StoreMode, _ ring: Int) {
    now += 1
    let side = sides[index]
    let bytes = [UInt8](key.utf8)
    _ = side.store.store(
      bytes.span, hash: side.store.hash(bytes.span), mode: mode, clientFlags: 5, expiresAt: 0, value: value.span,
      at: moment(index), journal: side.rings[ring])
  }

  /// What decides between two states of a key.
  struct State: Comparable, CustomStringConvertible {
    var version: Version
    var isValue: Bool

    static func < (left: State, right: State) -> Bool {
      left.version == right.version ? !left.isValue && right.isValue : left.version < right.version
    }

    var description: String { "\(isValue ? "value" : "tombstone") \(version)" }
  }

  /// What stands in a side's index, dead or alive.
  func state(_ index: Int, _ key: String) -> State? {
    let bytes = [UInt8](key.utf8)
    var state: State?
    sides[index].store.viewAny(bytes.span, hash: sides[index].store.hash(bytes.span)) {
      state = State(version: $0.version, isValue: !$0.isTombstone)
    }
    return state
  }
}
