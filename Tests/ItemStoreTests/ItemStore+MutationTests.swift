import ItemStore
import Testing

@testable import ItemStore

@Suite("Changing an item where it is")
struct MutationTests {
  @Test("Counting up wraps at 64 bits, counting down stops at nothing, and digits come and go")
  func counting() throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes("9"))
    #expect(store.count(bytes("n"), by: 1) == .value(10))
    #expect(store.get(bytes("n"))?.value == bytes("10"))
    #expect(store.count(bytes("n"), by: 3, up: false) == .value(7))
    #expect(store.get(bytes("n"))?.value == bytes("7"))
    #expect(store.count(bytes("n"), by: 8, up: false) == .value(0))
    store.store(bytes("n"), bytes("18446744073709551615"))
    #expect(store.count(bytes("n"), by: 2) == .value(1))
    store.store(bytes("n"), bytes("5  "))
    #expect(store.count(bytes("n"), by: 2) == .value(7))
    #expect(store.count(bytes("none"), by: 2) == .notFound)
    #expect(store.store.audit() == [])
  }

  @Test(
    "What is no number is not counted", arguments: ["", " 1", "1x", "x", "18446744073709551616", "1 2", "-1", "+1"])
  func nonNumeric(text: String) throws {
    let store = try TestStore()
    store.store(bytes("n"), bytes(text))
    #expect(store.count(bytes("n"), by: 1) == .nonNumeric)
    #expect(store.get(bytes("n"))?.value == bytes(text))
  }

  @Test("A number that outgrows its chunk moves to a larger one", arguments: 1...40)
  func growth(keyCount: Int) throws {
    let store = try TestStore()
    let key = [UInt8](repeating: UInt8(ascii: "k"), count: keyCount)
    store.store(key, bytes("1"), flags: 4, expiresAt: 500)
    #expect(store.count(key, by: 18_446_744_073_709_551_614) == .value(.max))
    let held = try #require(store.get(key))
    #expect(held.value == bytes("18446744073709551615") && held.flags == 4 && held.expiresAt == 500)
    #expect(store.store.audit() == [])
  }

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

  @Test("A delete removes once, with a condition only what meets it; without a peer nothing stays")
  func delete() throws {
    let store = try TestStore()
    store.store(bytes("k"), [1])
    #expect(store.delete(bytes("k"), unique: Stamp(rawValue: 7)) == .exists)
    #expect(store.delete(bytes("k")) == .stored(.zero))
    #expect(store.delete(bytes("k")) == .notFound)
    #expect(store.getAny(bytes("k")) == nil)
    #expect(store.store.slabStatistics.allSatisfy { $0.usedChunks == 0 && $0.requestedBytes == 0 })
  }
}
