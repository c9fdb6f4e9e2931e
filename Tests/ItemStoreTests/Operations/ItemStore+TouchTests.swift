import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Touching")
struct TouchTests {
  @Test("A touch gives a new expiry and a new stamp, and misses what is dead")
  func touch() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    let before = try #require(store.get(bytes("k")))
    #expect(store.touch(bytes("k"), expiresAt: 150) == .hit)
    let after = try #require(store.get(bytes("k")))
    #expect(after.expiresAt == 150 && after.stamp > before.stamp && after.value == [1])
    #expect(store.touch(bytes("k"), expiresAt: 0, at: TestStore.moment(60_000)) == .miss)
    #expect(store.touch(bytes("none"), expiresAt: 0) == .miss)
  }

  /// With and without space in the chunk for what a touch adds, near the largest chunk, and in pieces.
  static let sizes = Array(0...40) + [500, 5_000, 524_200, 524_240, 524_260, 524_270, 600_000, 2_000_000]

  @Test("The cas unique stays, whatever the chunk, and goes on with the next change", arguments: sizes, [0, 9])
  func unique(size: Int, flags: UInt32) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let journal = ListJournal()
    var random = SeededRandom(seed: UInt64(size))
    let value = random.value(size)
    store.store(bytes("k"), value, flags: flags)
    let before = try #require(store.get(bytes("k")))
    #expect(before.changed == before.stamp)
    for expiresAt: UInt32 in [150, 0, 160] {
      let last = try #require(store.getAny(bytes("k")))
      #expect(store.touch(bytes("k"), expiresAt: expiresAt, journal: journal) == .hit)
      let after = try #require(store.get(bytes("k")))
      #expect(after.value == value && after.flags == flags && after.expiresAt == expiresAt)
      #expect(after.stamp > last.stamp && after.changed == before.changed)
      #expect(journal.items.last == after && journal.depth == 0)
      #expect(store.store.audit() == [])
    }
    let touched = try #require(store.getAny(bytes("k")))
    #expect(store.store(bytes("k"), [7], mode: .compareAndSwap(touched.stamp.rawValue)) == .exists)
    guard case .stored(let stamp) = store.store(bytes("k"), [7], mode: .compareAndSwap(before.cas)) else {
      Issue.record("a cas that began before the touch fails")
      return
    }
    let changed = try #require(store.get(bytes("k")))
    #expect(changed.version == before.version.changed(at: stamp) && changed.value == [7])
    #expect(store.store.audit() == [])
  }

  @Test(
    "Every kind of change gives a touched item a new cas unique",
    arguments: ["set", "cas", "append", "prepend", "incr"])
  func changes(kind: String) throws {
    for size in 1...20 {
      let store = try TestStore()
      store.store(bytes("k"), [UInt8](repeating: UInt8(ascii: "0"), count: size))
      store.touch(bytes("k"), expiresAt: 0)
      let before = try #require(store.get(bytes("k")))
      switch kind {
      case "set": store.store(bytes("k"), [1])
      case "cas": store.store(bytes("k"), [1], mode: .compareAndSwap(before.cas))
      case "append": store.store(bytes("k"), [1], mode: .append)
      case "prepend": store.store(bytes("k"), [1], mode: .prepend)
      default: store.increment(bytes("k"), by: 1)
      }
      let after = try #require(store.get(bytes("k")))
      #expect(after.stamp > before.stamp && after.changed == after.stamp)
      #expect(after.version.fresh == (kind == "set" ? after.stamp : before.version.fresh))
      #expect(store.store.audit() == [])
    }
  }

  @Test("An item that is only set is no larger for it, a touched or derived one by eight bytes, one that is both by 24")
  func size() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    let requested = { store.store.slabStatistics.reduce(0) { $0 + $1.requestedBytes } }
    #expect(requested() == 20 + 1 + 1)
    store.touch(bytes("k"), expiresAt: 0)
    store.touch(bytes("k"), expiresAt: 0)
    #expect(requested() == 20 + 1 + 1 + 8)
    store.store(bytes("k"), bytes("2"))
    #expect(requested() == 20 + 1 + 1)
    store.increment(bytes("k"), by: 1)
    store.increment(bytes("k"), by: 1)
    #expect(requested() == 20 + 1 + 1 + 8)
    store.touch(bytes("k"), expiresAt: 0)
    #expect(requested() == 20 + 1 + 1 + 24)
    store.increment(bytes("k"), by: 1)
    #expect(requested() == 20 + 1 + 1 + 8)
    store.store(bytes("k"), [2])
    #expect(requested() == 20 + 1 + 1)
  }

  @Test("An item of the largest size can be touched")
  func largest() throws {
    let store = try TestStore(maxItemSize: 1000)
    let value = [UInt8](repeating: 5, count: 1000 - 21)
    store.store(bytes("k"), value)
    let before = try #require(store.get(bytes("k")))
    store.touch(bytes("k"), expiresAt: 150)
    let after = try #require(store.get(bytes("k")))
    #expect(after.changed == before.changed && after.value == value && after.expiresAt == 150)
  }

  @Test("An item that somebody sends is touched, moves if it must, and its bytes stay for the sender")
  func pinned() throws {
    for size in [20, 21, 600_000] {
      let store = try TestStore(maxItemSize: 4 << 20)
      var random = SeededRandom(seed: 3)
      let value = random.value(size)
      store.store(bytes("k"), value)
      let before = try #require(store.get(bytes("k")))
      var pinned: PinnedItem?
      store.store.view(bytes("k").span, hash: store.store.hash(bytes("k").span), now: 100) {
        pinned = store.store.pin($0)
      }
      let held = try #require(pinned)
      store.touch(bytes("k"), expiresAt: 150)
      #expect(store.get(bytes("k"))?.changed == before.changed)
      store.store(bytes("k"), [1])
      var sent: [UInt8] = []
      store.store.forEachPiece(of: held, from: 0) {
        sent += bytes($0)
        return true
      }
      #expect(sent == value)
      store.store.unpin(held)
      #expect(store.store.audit() == [])
    }
  }

  @Test("Where no memory is left for a larger chunk nothing is touched: the item is as it was, and nothing is told")
  func withoutMemory() throws {
    let store = try TestStore(megabytes: 1, refusesWhenFull: true)
    let space = store.store.chunkSizes[1]
    let filler = [UInt8](repeating: 65, count: space - ItemPointer.headerCount - 5)
    let key = { (number: Int) in bytes(String(10_000 + number)) }
    var number = 0
    while case .stored = store.store(key(number), filler) { number += 1 }
    // Every class has one page at least, so it takes as many touches as that has chunks.
    let journal = ListJournal()
    var touched = 0
    for number in 0..<number {
      let before = try #require(store.get(key(number)))
      let outcome = store.touch(key(number), expiresAt: 150, journal: journal)
      let after = try #require(store.get(key(number)))
      #expect(after.value == filler && after.changed == before.changed && journal.depth == 0)
      if outcome == .hit {
        touched += 1
        #expect(after.expiresAt == 150 && after.stamp > before.stamp && journal.items.last == after)
      } else {
        #expect(outcome == .miss && after == before)
      }
    }
    #expect(touched > 0 && touched < number && journal.items.count == touched)
    #expect(store.store.audit() == [])
  }
}
