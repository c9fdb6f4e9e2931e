import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("A meta get")
struct MetaGetTests {
  static let sizes = Array(0...40) + [500, 5_000, 524_200, 524_240, 524_260, 524_270, 600_000]

  @Test("A get without options shows the item as it was, and changes nothing but its use")
  func plain() throws {
    let store = try TestStore()
    let journal = ListJournal()
    #expect(store.meta(bytes("k"), journal: journal) == nil)
    store.store(bytes("k"), [1], flags: 7, expiresAt: 150)
    let before = try #require(store.getAny(bytes("k")))
    let first = try #require(store.meta(bytes("k"), journal: journal))
    #expect(first.item.value == [1] && first.item.flags == 7 && first.found.expiredAt == 150)
    #expect(!first.found.wasFetched && !first.found.hasWon && !first.found.isCreated)
    let second = try #require(store.meta(bytes("k"), journal: journal))
    #expect(second.found.wasFetched && second.item.version == before.version)
    #expect(journal.items.isEmpty && journal.depth == 0)
  }

  @Test("A get that is no use leaves the item unfetched", arguments: [true, false])
  func leavesUse(isPlain: Bool) throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    let hash = store.store.hash(bytes("k").span)
    for _ in 0..<2 {
      var wasFetched: Bool?
      if isPlain {
        store.store.metaView(bytes("k").span, hash: hash, leavesUse: true, at: TestStore.moment(), journal: nil) {
          wasFetched = $1.wasFetched
        }
      } else {
        wasFetched = store.meta(bytes("k"), MetaGetOptions(leavesUse: true))?.found.wasFetched
      }
      #expect(wasFetched == false)
    }
  }

  @Test("What is not there is vivified, and its client alone has won", arguments: [nil, 77, 0] as [UInt64?])
  func vivify(cas: UInt64?) throws {
    let store = try TestStore(expectsPeer: true)
    let journal = ListJournal()
    store.store(bytes("k"), [1], expiresAt: 1)
    let options = MetaGetOptions(vivifiesUntil: 130, explicitCAS: cas)
    let first = try #require(store.meta(bytes("k"), options, journal: journal))
    #expect(first.found.isCreated && first.found.hasWon && !first.found.wasWinSent && !first.found.isStale)
    #expect(first.item.value == [] && first.item.expiresAt == 130 && first.found.expiredAt == 0)
    #expect(first.seconds == 0 && !first.found.wasFetched)
    #expect(first.item.cas == cas ?? first.item.stamp.rawValue && first.item.version.isFresh)
    #expect(journal.items == [first.item] && journal.depth == 0)
    #expect(store.letters(bytes("k"), options) == "Z" && store.letters(bytes("k")) == "Z")
    #expect(store.meta(bytes("k"))?.found.wasFetched == true)
    store.store(bytes("k"), [2])
    #expect(store.letters(bytes("k"), options) == "")
    #expect(store.store.audit() == [])
  }

  @Test("One that expires before the limit is won once, whatever its chunk", arguments: sizes, [0, 9])
  func recache(size: Int, flags: UInt32) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let journal = ListJournal()
    var random = SeededRandom(seed: UInt64(size))
    let value = random.value(size)
    store.store(bytes("k"), value, flags: flags, expiresAt: 130)
    let before = try #require(store.get(bytes("k")))
    #expect(store.letters(bytes("k"), MetaGetOptions(recachesBefore: 130), journal: journal) == "")
    #expect(journal.items.isEmpty)
    #expect(store.letters(bytes("k"), MetaGetOptions(recachesBefore: 131), journal: journal) == "W")
    let won = try #require(store.get(bytes("k")))
    #expect(won.value == value && won.flags == flags && won.expiresAt == 130 && won.cas == before.cas)
    #expect(won.version == before.version.touched(at: won.stamp) && won.stamp > before.stamp)
    #expect(won.marks == ItemMarks(isWinSent: true))
    #expect(journal.items == [won] && journal.depth == 0)
    #expect(store.letters(bytes("k"), MetaGetOptions(recachesBefore: 131), journal: journal) == "Z")
    #expect(journal.items.count == 1)
    #expect(store.touch(bytes("k"), expiresAt: 140) == .hit)
    #expect(store.letters(bytes("k")) == "Z")
    #expect(store.store.audit() == [])
    store.store(bytes("k"), value, flags: flags, expiresAt: 130)
    #expect(store.get(bytes("k"))?.marks == ItemMarks.none)
    #expect(store.store.audit() == [])
  }

  @Test("An item that never expires is not won")
  func never() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    #expect(store.letters(bytes("k"), MetaGetOptions(recachesBefore: .max)) == "")
  }

  @Test("A touch changes the expiry; whether a recache looks at the old or the new one is the order of the two")
  func touch() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1], expiresAt: 200)
    let journal = ListJournal()
    let shown = try #require(store.meta(bytes("k"), MetaGetOptions(expiresAt: 120), journal: journal))
    #expect(shown.found.expiredAt == 200 && shown.item.expiresAt == 120 && journal.items == [shown.item])
    #expect(store.letters(bytes("k"), MetaGetOptions(expiresAt: 300, recachesBefore: 150, touchesFirst: true)) == "")
    #expect(store.letters(bytes("k"), MetaGetOptions(expiresAt: 120, recachesBefore: 150)) == "")
    #expect(store.letters(bytes("k"), MetaGetOptions(expiresAt: 300, recachesBefore: 150)) == "W")
    store.store(bytes("k"), [1], expiresAt: 200)
    #expect(store.letters(bytes("k"), MetaGetOptions(expiresAt: 120, recachesBefore: 150, touchesFirst: true)) == "W")
    #expect(store.meta(bytes("none"), MetaGetOptions(expiresAt: 120)) == nil)
  }

  @Test("A stale item is won by the first who gets it, with options or not")
  func stale() throws {
    for isPlain in [true, false] {
      let store = try TestStore()
      let journal = ListJournal()
      store.store(bytes("k"), [1])
      store.delete(bytes("k"), DeleteConditions(marksStale: true))
      let options = isPlain ? nil : MetaGetOptions(leavesUse: true)
      #expect(store.letters(bytes("k"), options, journal: journal) == "XW")
      #expect(store.letters(bytes("k"), options, journal: journal) == "ZX")
      #expect(journal.items.count == 1 && journal.depth == 0)
      #expect(store.get(bytes("k"))?.value == [1])
    }
  }

  @Test("A look at an item changes nothing of it")
  func peek() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    store.delete(bytes("k"), DeleteConditions(marksStale: true))
    var seen: [HeldItem] = []
    for _ in 0..<2 {
      #expect(
        store.store.peek(bytes("k").span, hash: store.store.hash(bytes("k").span), now: 100) {
          seen.append(HeldItem($0))
        })
    }
    #expect(seen.count == 2 && seen[0] == seen[1] && !seen[1].wasFetched && !seen[1].marks.isWinSent)
    #expect(!store.store.peek(bytes("n").span, hash: store.store.hash(bytes("n").span), now: 100) { _ in })
  }

  @Test("Without memory nobody wins, nothing is vivified, and the item is shown as it is")
  func outOfMemory() throws {
    let store = try TestStore(megabytes: 1, refusesWhenFull: true)
    // Every class has a page at least.
    for size in 0...120 {
      var number = 0
      while case .stored = store.store(
        bytes("\(size) \(number)"), [UInt8](repeating: 1, count: size), expiresAt: 130)
      {
        number += 1
      }
    }
    // Its chunk has no space for a mark.
    let key = try #require(
      store.walk().first {
        !$0.value.isEmpty && store.letters($0.key, MetaGetOptions(recachesBefore: 200)) == ""
      }
    ).key
    let before = try #require(store.get(key))
    #expect(store.letters(key, MetaGetOptions(recachesBefore: 200)) == "")
    #expect(store.letters(bytes("new"), MetaGetOptions(vivifiesUntil: 0)) == "EN")
    #expect(store.get(key) == before)
    #expect(store.delete(key, DeleteConditions(marksStale: true)) == .stored(.zero))
    #expect(store.get(key) == nil)
    #expect(store.store.audit() == [])
  }
}
