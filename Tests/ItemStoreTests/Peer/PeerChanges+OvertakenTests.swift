import Testing

@testable import ItemStore

/// What the two sides have written at the same moment, neither knowing of the other.
@Suite("What comes from the peer too late, or takes the place of what was written here")
struct OvertakenTests {
  @Test("What was written here, and has overtaken what the peer wrote, is told apart from what the peer knew")
  func overtaken() throws {
    // Odd stamps are the peer's.
    for large in [1, 5000] {
      let store = try TestStore()
      store.store.notePairing()
      func value(_ fill: UInt8) -> [UInt8] { [UInt8](repeating: fill, count: large) }
      #expect(store.apply(bytes("own"), value(1), stamp: 100) == .applied)
      #expect(store.apply(bytes("own"), value(2), stamp: 99) == .overtaken)
      #expect(store.apply(bytes("own"), value(2), stamp: 99, changed: 99, fresh: 97) == .overtaken)
      #expect(store.apply(bytes("own"), value(2), stamp: 98) == .ignoredOlder, "written here, too")
      #expect(store.apply(bytes("peer's"), value(1), stamp: 101) == .applied)
      #expect(store.apply(bytes("peer's"), value(2), stamp: 99) == .ignoredOlder, "the peer knew")
      #expect(store.apply(bytes("derived"), value(1), stamp: 110, fresh: 91) == .applied)
      #expect(store.apply(bytes("derived"), value(2), stamp: 109, fresh: 91) == .overtakenDerived)
      #expect(store.apply(bytes("touched"), value(1), stamp: 110, changed: 91) == .applied)
      #expect(store.apply(bytes("touched"), value(1), stamp: 109, changed: 91) == .ignoredOlder)
      #expect(store.apply(bytes("own"), value(3), stamp: 111) == .overtook(Version(100)))
      #expect(store.apply(bytes("own"), value(3), stamp: 113) == .applied, "over the peer's")
      #expect(store.apply(bytes("derived"), value(3), stamp: 113, fresh: 91) == .applied, "of the same base")
      #expect(store.apply(bytes("new"), value(1), stamp: 114) == .applied)
      #expect(store.applyDelete(bytes("new"), stamp: 115) == .overtook(Version(114)))
      #expect(store.applyDelete(bytes("deleted"), stamp: 120) == .applied)
      #expect(store.apply(bytes("deleted"), value(1), stamp: 119) == .overtaken)
      #expect(store.store.audit() == [])
    }
  }
}
