import ItemStore
import Testing

@testable import ItemStore

@Suite("What is remembered of the deleted")
struct TombstonesTests {
  /// Of a tombstone whose key has up to four bytes.
  private static let entrySize = 24

  private func paired(megabytes: Int = 64) throws -> TestStore {
    let store = try TestStore(megabytes: megabytes)
    store.store.notePairing()
    return store
  }

  @Test("A tombstone stays until both have passed it, and its chunk comes back", arguments: [10, 400, 5000, 900_000])
  func settling(count: Int) throws {
    let store = try paired()
    store.store(bytes("k"), [UInt8](repeating: 1, count: count))
    store.delete(bytes("k"))
    let stamp = try #require(store.getAny(bytes("k"))).stamp
    #expect(!store.store.settleTombstones(upTo: Stamp(rawValue: stamp.rawValue - 1)))
    #expect(store.getAny(bytes("k")) != nil)
    #expect(store.store.audit() == [])
    _ = store.store.settleTombstones(upTo: stamp)
    #expect(store.getAny(bytes("k")) == nil && store.store.tombstoneCount == 0)
    #expect(store.store.slabStatistics.allSatisfy { $0.usedChunks == 0 })
    #expect(store.store.audit() == [])
  }

  @Test("A key written again after its delete is not touched when the delete settles")
  func overwritten() throws {
    let store = try paired()
    store.store(bytes("k"), [1])
    store.delete(bytes("k"))
    store.store(bytes("k"), [2])
    while store.store.settleTombstones(upTo: .greatest) {}
    #expect(store.get(bytes("k"))?.value == [2])
    #expect(store.store.tombstoneCount == 0 && store.store.purgedThrough == .zero)
  }

  @Test("Beyond 1/64 of memory the oldest go and the horizon rises to them; stale entries raise nothing")
  func overflow() throws {
    let store = try paired(megabytes: 2)
    for number in 0..<1000 { store.delete(bytes("\(number)")) }
    #expect(store.store.purgedThrough == .zero)
    for number in 1000..<3000 { store.delete(bytes("\(number)")) }
    #expect(store.store.tombstoneCount * Self.entrySize <= 2 << 20 / 64)
    let horizon = store.store.purgedThrough
    #expect(store.getAny(bytes("0")) == nil && store.getAny(bytes("2999")) != nil)
    let oldest = (0..<3000).lazy.compactMap { store.getAny(bytes("\($0)")) }.first
    #expect(horizon < (oldest?.stamp ?? .zero))

    let stale = try paired(megabytes: 2)
    for _ in 0..<3000 { stale.delete(bytes("the same")) }
    #expect(stale.store.purgedThrough == .zero)
    #expect(stale.store.audit() == [])
  }

  @Test("What expires unknown to the peer leaves a tombstone of its own stamp")
  func expiry() throws {
    let store = try paired()
    for (number, count) in [10, 3000, 700_000].enumerated() {
      store.store(bytes("\(number)"), [UInt8](repeating: 1, count: count), expiresAt: 101)
      let stamp = store.getAny(bytes("\(number)"))?.stamp
      #expect(store.get(bytes("\(number)"), at: TestStore.moment(5000)) == nil)
      #expect(store.getAny(bytes("\(number)"))?.isTombstone == true)
      #expect(store.getAny(bytes("\(number)"))?.stamp == stamp)
    }
    #expect(store.store.audit() == [])
    store.store.setSettled(.greatest)
    store.store(bytes("known"), [1], expiresAt: 101)
    #expect(store.get(bytes("known"), at: TestStore.moment(5000)) == nil)
    #expect(store.getAny(bytes("known")) == nil)
  }

  @Test("A daemon that may have a peer remembers deletes before the first link, and only them")
  func beforeTheFirstLink() throws {
    let store = try TestStore(megabytes: 2, expectsPeer: true)
    store.store(bytes("k"), [1])
    store.delete(bytes("k"))
    store.delete(bytes("never here"))
    #expect(store.getAny(bytes("k"))?.isTombstone == true && store.getAny(bytes("never here"))?.isTombstone == true)
    store.store(bytes("short"), [1], expiresAt: 101)
    #expect(store.get(bytes("short"), at: TestStore.moment(5000)) == nil && store.getAny(bytes("short")) == nil)
    #expect(store.store.audit() == [])
  }

  @Test(
    "Before the first link what has no space is forgotten without a horizon, which would have the peer's share refused")
  func noHorizonBeforeTheFirstLink() throws {
    let store = try TestStore(megabytes: 2, expectsPeer: true)
    for number in 0..<3000 { store.delete(bytes("\(number)")) }
    #expect(store.store.tombstoneCount * Self.entrySize <= 2 << 20 / 64 && store.store.purgedThrough == .zero)
    #expect(store.getAny(bytes("0")) == nil && store.getAny(bytes("2999"))?.isTombstone == true)
    store.store.notePairing()
    for number in 0..<3000 { store.delete(bytes("\(number)")) }
    #expect(store.store.purgedThrough > .zero)
    #expect(store.store.audit() == [])
  }

  @Test(
    "A set whose memory ran out in the middle leaves a tombstone of what it would have replaced, and tells the peer")
  func failedSet() throws {
    let store = try paired(megabytes: 4)
    let journal = ListJournal()
    store.store(bytes("k"), [1])
    let hash = store.store.hash(bytes("k").span)
    let reserved = store.store.reserve(bytes("k").span, clientFlags: 0, expiresAt: 0, valueCount: 900_000, now: 100)
    guard case .pending(let pending) = consume reserved else {
      Issue.record("no space at all")
      return
    }
    store.store.removeReplaced(by: pending, hash: hash, at: TestStore.moment(), journal: journal)
    store.store.abandon(pending)
    #expect(store.getAny(bytes("k"))?.isTombstone == true)
    #expect(journal.items.map(\.isTombstone) == [true] && journal.items.first?.key == bytes("k"))
    #expect(store.store.audit() == [])
  }
}
