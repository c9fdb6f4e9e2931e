import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Storing with conditions")
struct ConditionalSetTests {
  static let sizes = Array(0...30) + [5_000, 524_200, 524_230, 524_240, 524_250, 524_270, 600_000]

  @Test("An explicit cas is what clients see and compare with, until the next change", arguments: sizes, [0, 9])
  func explicitCAS(size: Int, flags: UInt32) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let journal = ListJournal()
    var random = SeededRandom(seed: UInt64(size))
    let value = random.value(size)
    let result = store.store(bytes("k"), value, .set, StoreConditions(explicitCAS: 99), flags: flags, journal: journal)
    let held = try #require(store.get(bytes("k")))
    #expect(result.cas == 99 && result.valueCount == size && held.cas == 99 && held.value == value)
    #expect(held.version.isFresh && held.flags == flags && journal.items.last?.marks == held.marks)
    #expect(store.store.audit() == [])
    #expect(store.store(bytes("k"), [7], mode: .compareAndSwap(held.changed.rawValue)) == .exists)
    store.touch(bytes("k"), expiresAt: 150)
    #expect(store.get(bytes("k"))?.cas == 99)
    let again = store.store(bytes("k"), value, .compareAndSwap(99), StoreConditions(explicitCAS: 100))
    #expect(again.cas == 100 && again.isStored)
    #expect(store.store.audit() == [])
    guard case .stored(let stamp) = store.store(bytes("k"), value, mode: .compareAndSwap(100)) else {
      Issue.record("a cas by the explicit cas fails")
      return
    }
    #expect(store.get(bytes("k"))?.cas == stamp.rawValue)
    #expect(store.store.audit() == [])
  }

  @Test("A cas of 0 can be given, and compares with nothing but a delete")
  func zero() throws {
    let store = try TestStore()
    store.increment(bytes("n"), IncrementConditions(initial: 5, explicitCAS: 0))
    #expect(store.get(bytes("n"))?.cas == 0)
    #expect(store.store(bytes("n"), [1], mode: .compareAndSwap(0)) == .exists)
    #expect(store.store(bytes("none"), [1], mode: .compareAndSwap(0)) == .notFound)
    #expect(store.delete(bytes("n"), DeleteConditions(unique: 0)) == .stored(.zero))
  }

  @Test("A lower cas stores a stale value, with the old expiry and the win that was sent", arguments: [true, false])
  func stale(isWon: Bool) throws {
    let store = try TestStore()
    store.store(bytes("k"), [1], expiresAt: 150)
    let old = try #require(store.get(bytes("k"))).cas
    store.delete(bytes("k"), DeleteConditions(marksStale: true))
    if isWon { #expect(store.letters(bytes("k")) == "XW") }
    let before = try #require(store.get(bytes("k")))
    let conditions = StoreConditions(takesStale: true)
    let journal = ListJournal()
    let result = store.store(
      bytes("k"), [2], .compareAndSwap(old), conditions, flags: 3, expiresAt: 170, journal: journal)
    let held = try #require(store.get(bytes("k")))
    #expect(result.isStored && result.cas == held.cas && held.value == [2] && held.flags == 3 && held.expiresAt == 150)
    #expect(held.version == before.version.changed(at: held.stamp) && held.stamp > before.stamp)
    #expect(held.marks == ItemMarks(isStale: true, isWinSent: isWon))
    #expect(journal.items.map(\.version) == [held.version])
    #expect(store.store(bytes("k"), [3], .compareAndSwap(held.cas + 1), conditions).outcome == .exists)
    #expect(store.store(bytes("k"), [3], .compareAndSwap(0), conditions).outcome == .exists)
    #expect(store.store(bytes("none"), [3], .compareAndSwap(5), conditions).outcome == .notFound)
    #expect(store.store(bytes("k"), [3], .compareAndSwap(held.cas), conditions, expiresAt: 170).isStored)
    let whole = try #require(store.get(bytes("k")))
    #expect(whole.marks == .none && whole.expiresAt == 170 && whole.value == [3])
    #expect(store.store.audit() == [])
  }

  @Test("Append and prepend compare a cas, tell the new length, and lose marks and explicit cas")
  func extending() throws {
    let store = try TestStore()
    store.store(bytes("k"), [5], .set, StoreConditions(explicitCAS: 9), flags: 4, expiresAt: 150)
    store.meta(bytes("k"), MetaGetOptions(recachesBefore: 200))
    #expect(store.store(bytes("k"), [6], .append, StoreConditions(unique: 8)).outcome == .exists)
    #expect(store.get(bytes("k"))?.value == [5])
    let result = store.store(bytes("k"), [6], .append, StoreConditions(unique: 9), flags: 7)
    let held = try #require(store.get(bytes("k")))
    #expect(held.value == [5, 6] && held.flags == 4 && held.expiresAt == 150 && held.marks == .none)
    #expect(result.valueCount == 2 && result.cas == held.cas && held.cas == held.stamp.rawValue)
    let second = store.store(bytes("k"), [4], .prepend, StoreConditions(unique: 0, explicitCAS: 11))
    #expect(second.cas == 11 && second.valueCount == 3 && store.get(bytes("k"))?.value == [4, 5, 6])
    #expect(store.store.audit() == [])
  }

  @Test("Append and prepend vivify where they are told to", arguments: [true, false])
  func vivify(isAppend: Bool) throws {
    let store = try TestStore()
    let mode = isAppend ? StoreMode.append : .prepend
    #expect(store.store(bytes("k"), [1], mode, StoreConditions()).outcome == .notStored)
    let conditions = StoreConditions(unique: 5, explicitCAS: 12, vivifies: true)
    let result = store.store(bytes("k"), [1], mode, conditions, flags: 3, expiresAt: 150)
    let held = try #require(store.get(bytes("k")))
    #expect(result.cas == 12 && result.valueCount == 1 && held.value == [1] && held.flags == 3)
    #expect(held.expiresAt == 150 && held.version.isFresh)
    #expect(store.store(bytes("k"), [2], mode, conditions).outcome == .exists)
    #expect(store.store.audit() == [])
  }

  @Test("An item that was reserved without what it is to have is not stored")
  func unreserved() throws {
    let store = try TestStore(growthFactor: 1.02)
    for size in 0..<60 {
      let value = [UInt8](repeating: 1, count: size)
      guard
        case .pending(var pending) = store.store.reserve(
          bytes("k").span, clientFlags: 0, expiresAt: 0, valueCount: size, now: 100)
      else {
        Issue.record("no memory")
        return
      }
      _ = store.store.write(value.span, to: &pending, now: 100)
      let result = store.store.commit(
        pending, mode: .set, conditions: StoreConditions(explicitCAS: 1), hash: store.store.hash(bytes("k").span),
        at: TestStore.moment(), journal: nil)
      #expect(result.outcome == .outOfMemory || result.cas == 1)
      #expect(store.store.audit() == [])
    }
  }
}
