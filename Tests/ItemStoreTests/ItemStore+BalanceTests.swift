import ItemStore
import Testing

@testable import ItemStore

@Suite("Moving pages between classes")
struct BalanceTests {
  @Test("A cache full of small items serves larger ones later, and nothing is lost in the counting")
  func shift() throws {
    let store = try TestStore(megabytes: 8, bucketPower: 15)
    for number in 0..<120_000 { store.store(bytes("small \(number)"), [UInt8](repeating: 1, count: 30)) }
    #expect(store.store.statistics.pagesFree == 0)
    let value = [UInt8](repeating: 2, count: 5000)
    for number in 0..<4000 {
      store.store(bytes("large \(number % 1200)"), value)
      // As the maintenance thread does: once in a while, and on while there is more to do.
      if number % 50 == 0 { run(store) }
    }
    let large = store.store.slabStatistics.first { $0.chunkSize >= 5040 }
    #expect((large?.pageCount ?? 0) >= 6)
    #expect((0..<1200).count { store.get(bytes("large \($0)")) != nil } > 1150)
    #expect(store.store.statistics.pagesInUse == 8)
    #expect(store.store.statistics.movedPages >= 6)
    #expect(store.store.audit() == [])
  }

  @Test("A page goes to the class that lacked it even while its old class asks for one at every moment")
  func greedyDonor() throws {
    let store = try TestStore(megabytes: 6, bucketPower: 15)
    var number = 0
    let small = { (count: Int) in
      for _ in 0..<count {
        number += 1
        store.store(bytes("small \(number)"), [UInt8](repeating: 1, count: 30))
      }
    }
    small(100_000)
    let value = [UInt8](repeating: 2, count: 5000)
    for round in 0..<400 {
      for offset in 0..<20 { store.store(bytes("large \((round * 20 + offset) % 600)"), value) }
      small(5)
      while store.store.balance(now: 100) { small(1) }
    }
    let large = store.store.slabStatistics.first { $0.chunkSize >= 5040 }
    #expect((large?.pageCount ?? 0) >= 3)
    #expect(store.store.audit() == [])
  }

  @Test("Items of an idle class are moved together, not evicted")
  func relocation() throws {
    let store = try TestStore(megabytes: 4, bucketPower: 15)
    for number in 0..<80_000 { store.store(bytes("\(number)"), bytes("v\(number)")) }
    for number in 0..<80_000 where number % 4 != 0 { store.delete(bytes("\(number)")) }
    let value = [UInt8](repeating: 2, count: 5000)
    for number in 0..<2000 {
      store.store(bytes("large \(number % 350)"), value)
      if number % 20 == 0 { run(store) }
    }
    for number in stride(from: 0, to: 80_000, by: 4) {
      #expect(store.get(bytes("\(number)"))?.value == bytes("v\(number)"))
    }
    #expect(store.store.statistics.movedPages >= 1)
    #expect(store.store.audit() == [])
  }

  @Test("A page that a pinned item keeps from becoming empty is given up, and another moves")
  func stuck() throws {
    let store = try TestStore(megabytes: 6, bucketPower: 15)
    var pins: [PinnedItem] = []
    for number in 0..<700 {
      let key = bytes("\(number)")
      store.store(key, [UInt8](repeating: 1, count: 8000))
      guard number < 100 else { continue }
      store.store.view(key.span, hash: store.store.hash(key.span), now: 100) { view in
        if let pin = store.store.pin(view) { pins.append(pin) }
      }
    }
    for number in 0..<20_000 {
      store.store(bytes("small \(number % 15_000)"), [UInt8](repeating: 2, count: 100))
      if number % 20 == 0 { run(store) }
    }
    #expect(store.store.statistics.movedPages >= 1)
    #expect(
      pins.allSatisfy { pin in
        var whole = true
        store.store.forEachPiece(of: pin, from: 0) { span in
          whole = whole && bytes(span).allSatisfy { $0 == 1 }
          return true
        }
        return whole
      })
    for pin in pins { store.store.unpin(pin) }
    #expect(store.store.audit() == [])
  }

  @Test("A tombstone that a copy has still to tell is not dropped with its page")
  func keptTombstones() throws {
    let store = try TestStore(megabytes: 4, bucketPower: 15)
    store.store.notePairing()
    store.store.keepTombstones(upTo: .greatest)
    for number in 0..<60_000 { store.delete(bytes("\(number)")) }
    for number in 0..<2000 {
      store.store(bytes("large \(number)"), [UInt8](repeating: 1, count: 5000))
      if number % 20 == 0 { run(store) }
    }
    #expect((0..<60_000).allSatisfy { store.getAny(bytes("\($0)"))?.isTombstone == true })
    #expect(store.store.audit() == [])
  }

  private func run(_ store: TestStore) {
    var steps = 0
    while steps < 2000, store.store.balance(now: 100) { steps += 1 }
  }
}
