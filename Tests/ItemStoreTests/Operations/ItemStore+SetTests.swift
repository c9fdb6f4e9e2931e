import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Storing")
struct WritingTests {
  @Test("Each mode stores on its condition and answers as memcached does")
  func modes() throws {
    let store = try TestStore()
    #expect(store.store(bytes("k"), [1], mode: .replace) == .notStored)
    #expect(store.store(bytes("k"), [1], mode: .append) == .notStored)
    #expect(store.store(bytes("k"), [1], mode: .compareAndSwap(0)) == .notFound)
    guard case .stored(let stamp) = store.store(bytes("k"), [2], mode: .add, flags: 5, expiresAt: 300) else {
      Issue.record("add is refused")
      return
    }
    #expect(store.store(bytes("k"), [3], mode: .add) == .notStored)
    #expect(store.store(bytes("k"), [1], mode: .prepend, flags: 6) != .notStored)
    #expect(store.store(bytes("k"), [3], mode: .append, flags: 7) != .notStored)
    let held = try #require(store.get(bytes("k")))
    #expect(held.value == [1, 2, 3] && held.flags == 5 && held.expiresAt == 300)
    #expect(store.store(bytes("k"), [4], mode: .compareAndSwap(stamp.rawValue)) == .exists)
    #expect(store.store(bytes("k"), [4], mode: .compareAndSwap(held.cas)) != .exists)
    #expect(store.get(bytes("k"))?.value == [4])
  }

  @Test("What exceeds the largest item is refused, and absurd lengths are no trap")
  func tooLarge() throws {
    let store = try TestStore(maxItemSize: 1000)
    #expect(store.store(bytes("k"), [UInt8](repeating: 0, count: 1000 - 21)) != .tooLarge)
    #expect(store.store(bytes("k"), [UInt8](repeating: 0, count: 1000 - 20)) == .tooLarge)
    #expect(store.store(bytes("k"), [UInt8](repeating: 0, count: 900), mode: .append) == .tooLarge)
    for count in [Int.max, Int.max - 100, 1 << 40, -1, Int.min] { #expect(isTooLarge(store, bytes("k"), count)) }
    #expect(isTooLarge(store, [], 1) && isTooLarge(store, [UInt8](repeating: 1, count: 251), 1))
    #expect(store.store.audit() == [])
  }

  private func isTooLarge(_ store: TestStore, _ key: [UInt8], _ count: Int) -> Bool {
    switch store.store.reserve(key.span, clientFlags: 0, expiresAt: 0, valueCount: count, now: 100) {
    case .tooLarge: return true
    case .outOfMemory: return false
    case .pending(let pending):
      store.store.abandon(pending)
      return false
    }
  }

  @Test(
    "A value that arrives in parts is stored whole, and one that never comes whole leaves nothing",
    arguments: [
      1, 100, 524_240, 524_288, 1_700_000,
    ])
  func parts(count: Int) throws {
    let store = try TestStore(maxItemSize: 8 << 20)
    var random = SeededRandom(seed: UInt64(count))
    let value = random.value(count)
    for whole in [true, false] {
      guard
        case .pending(var pending) = store.store.reserve(
          bytes("k").span, clientFlags: 1, expiresAt: 0, valueCount: count, now: 100)
      else { throw StoreError.memory("test") }
      var filled = 0
      while filled < (whole ? count : count / 2) {
        let part = min(1 + random.below(60_000), count - filled)
        let done = store.store.fill(&pending, now: 100) { space in
          let length = min(part, space.count)
          for position in 0..<length { space[position] = value[filled + position] }
          return length
        }
        filled += done ?? 0
      }
      #expect(pending.isComplete == (filled == count))
      if whole {
        let hash = store.store.hash(bytes("k").span)
        _ = store.store.commit(pending, mode: .set, hash: hash, at: TestStore.moment(), journal: nil)
      } else {
        store.store.abandon(pending)
      }
      #expect(store.get(bytes("k"))?.value == value)
      #expect(store.store.audit() == [])
    }
  }

  @Test("An item committed before it is complete is given up")
  func incomplete() throws {
    let store = try TestStore(maxItemSize: 8 << 20)
    for count in [10, 2_000_000] {
      guard
        case .pending(let pending) = store.store.reserve(
          bytes("k").span, clientFlags: 0, expiresAt: 0, valueCount: count, now: 100)
      else { throw StoreError.memory("test") }
      let hash = store.store.hash(bytes("k").span)
      #expect(
        store.store.commit(pending, mode: .set, hash: hash, at: TestStore.moment(), journal: nil) == .outOfMemory)
    }
    #expect(store.get(bytes("k")) == nil)
    #expect(store.store.audit() == [])
  }

  @Test("The journal hears every change once, between its two calls, as it stands")
  func journal() throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let journal = ListJournal()
    store.store(bytes("k"), [1], flags: 3, journal: journal)
    store.store(bytes("k"), [2], mode: .add, journal: journal)
    store.store(bytes("k"), [2], mode: .append, journal: journal)
    store.store(bytes("big"), [UInt8](repeating: 1, count: 2_000_000), journal: journal)
    store.store.notePairing()
    store.delete(bytes("k"), journal: journal)
    store.delete(bytes("never"), journal: journal)
    store.delete(bytes("big"), unique: 0, journal: journal)
    store.delete(bytes("nor this"), unique: 0, journal: journal)
    #expect(journal.depth == 0)
    let heard = journal.items
    #expect(heard.map(\.key) == ["k", "k", "big", "k", "never"].map { bytes($0) })
    #expect(heard.map(\.value.count) == [1, 2, 2_000_000, 0, 0])
    #expect(heard.map(\.isTombstone) == [false, false, false, true, true])
    #expect(heard.map(\.stamp) == heard.map(\.stamp).sorted())
    #expect(store.getAny(bytes("nor this")) == nil)
  }

  @Test("A delete is told the peer even where there is no space for its tombstone")
  func journalWithoutRoom() throws {
    let store = try TestStore(megabytes: 1)
    store.store.notePairing()
    store.store.keepTombstones(upTo: .greatest)
    var number = 0
    repeat {
      number += 1
      store.delete(bytes("\(number)"))
    } while store.getAny(bytes("\(number)")) != nil && number < 100_000
    let journal = ListJournal()
    store.store(bytes("held"), [1])
    for key in ["not here", "held"] { store.delete(bytes(key), journal: journal) }
    #expect(store.getAny(bytes("not here")) == nil && store.getAny(bytes("held")) == nil)
    #expect(journal.items.map(\.key) == [bytes("not here"), bytes("held")])
    #expect(journal.items.allSatisfy { $0.isTombstone && $0.stamp <= store.store.purgedThrough })
    #expect(store.store.audit() == [])
  }
}
