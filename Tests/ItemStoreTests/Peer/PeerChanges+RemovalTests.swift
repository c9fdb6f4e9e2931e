import Testing

@testable import ItemStore

@Suite("What the peer says and is not held here")
struct WithoutRoomTests {
  @Test("A newer value without space takes the older one away, and one between the two does not come in its place")
  func withoutFreeChunk() throws {
    let store = try TestStore(maxItemSize: 1 << 20)
    store.store.notePairing()
    store.store.meetNewPeer(nodeBit: 0)
    store.store.beginLink()
    #expect(store.apply(bytes("k"), [1], stamp: 10) == .applied)
    #expect(store.apply(bytes("k"), [UInt8](repeating: 3, count: 2 << 20), stamp: 30) == .outOfMemory)
    #expect(store.getAny(bytes("k")) == nil)
    #expect(store.apply(bytes("k"), [2], stamp: 20) == .outOfMemory)
    #expect(store.applyDelete(bytes("k"), stamp: 20) == .ignoredOlder && store.getAny(bytes("k")) == nil)
    #expect(store.apply(bytes("k"), [4], stamp: 40) == .applied)
  }

  @Test("What would not be stored with space is judged as with space")
  func judgedWithoutRoom() throws {
    let store = try TestStore(maxItemSize: 1000)
    store.store.notePairing()
    let large = [UInt8](repeating: 1, count: 2000)
    store.apply(bytes("held"), [1], stamp: 200)
    for key in ["gone", "held", "new"] { store.purge(bytes(key), 100) }
    #expect(store.apply(bytes("gone"), large, stamp: 90) == .refused)
    #expect(store.apply(bytes("held"), large, stamp: 90) == .ignoredOlder)
    #expect(store.apply(bytes("new"), large, stamp: 110) == .outOfMemory)
    #expect(store.getAny(bytes("new")) == nil)
    let floor = Stamp(rawValue: 151)
    store.store.applyFlush(FlushState(floor: floor, issued: floor, due: 0), at: TestStore.moment())
    #expect(store.apply(bytes("gone"), large, stamp: 90) == .ignoredOlder)
    #expect(store.apply(bytes("new"), large, stamp: 150) == .ignoredOlder)
    #expect(store.store.audit() == [])
  }

  @Test("It leaves no tombstone where the peer tells what it has, and one where it does not")
  func tombstone() throws {
    for isKnown in [true, false] {
      let store = try TestStore(maxItemSize: 1000)
      store.store.notePairing()
      store.store.meetUnknownPeer()
      if isKnown { store.store.meetNewPeer(nodeBit: 0) }
      store.apply(bytes("k"), [1], stamp: 10)
      #expect(store.apply(bytes("k"), [UInt8](repeating: 1, count: 2000), stamp: 30) == .outOfMemory)
      #expect(store.getAny(bytes("k"))?.stamp.rawValue == (isKnown ? nil : 30))
      #expect(store.store.audit() == [])
    }
  }

  @Test("What is kept out is remembered with what it was kept out for: it, too, has to settle")
  func keptOut() throws {
    let store = try TestStore(maxItemSize: 1000)
    store.store.notePairing()
    store.store.meetNewPeer(nodeBit: 0)
    store.store.beginLink()
    let large = [UInt8](repeating: 1, count: 2000)
    #expect(store.apply(bytes("k"), large, stamp: 30) == .outOfMemory)
    #expect(store.apply(bytes("k"), [2], stamp: 50, changed: 50, fresh: 20) == .outOfMemory)
    for (settled, outcome) in [(40, ApplyOutcome.outOfMemory), (50, .applied)] as [(UInt64, ApplyOutcome)] {
      store.store.setSettled(Stamp(rawValue: settled))
      #expect(store.apply(bytes("k"), [2], stamp: 20) == outcome)
    }
  }
}
