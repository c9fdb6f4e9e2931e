import ItemStore
import TestSupport
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
      if number % 50 == 0 { store.movePages() }
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

  @Test("Of items that are asked for alike the small are kept rather than the large")
  func smallItems() throws {
    let store = try TestStore(megabytes: 8, bucketPower: 14)
    let seed = TestSeeds.first
    print("seed \(seed)")
    var random = SeededRandom(seed: seed)
    let small = [UInt8](repeating: 1, count: 150)
    let large = [UInt8](repeating: 2, count: 15_000)
    for number in 0..<520 { store.store(bytes("large \(number)"), large) }
    var misses = (small: 0, large: 0)
    for round in 0..<120_000 {
      let number = random.below(round % 10 == 0 ? 1000 : 9000)
      let key = bytes(round % 10 == 0 ? "large \(number)" : "small \(number)")
      if round % 400 == 0 { store.movePages() }
      if store.get(key) != nil { continue }
      store.store(key, round % 10 == 0 ? large : small)
      if round < 60_000 { continue }
      if round % 10 == 0 { misses.large += 1 } else { misses.small += 1 }
    }
    // Two pages are enough for all of the small ones, who miss 20,000 times if they have one.
    #expect(misses.small < 5000, "\(misses)")
    #expect(misses.large < 4500, "\(misses)")
    #expect(store.store.audit() == [])
  }

  @Test("Of a page that moves, what is in use displaces what the hand would take")
  func displacing() throws {
    let store = try TestStore(megabytes: 6, bucketPower: 15)
    let value = [UInt8](repeating: 1, count: 100)
    for number in 0..<50_000 { store.store(bytes("\(number)"), value) }
    let used = (0..<50_000).filter { $0 % 3 == 0 && store.getAny(bytes("\($0)")) != nil }
    for _ in 0..<2 { for number in used { _ = store.get(bytes("\(number)")) } }
    let large = [UInt8](repeating: 2, count: 5000)
    for number in 0..<200 { store.store(bytes("large \(number)"), large) }
    for number in 200..<1000 {
      store.store(bytes("large \(number)"), large)
      if number % 20 == 0, store.store.statistics.movedPages < 2 { store.movePages() }
    }
    #expect(store.store.statistics.movedPages >= 2)
    #expect(used.allSatisfy { store.get(bytes("\($0)")) != nil })
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
      if number % 20 == 0 { store.movePages() }
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
      if number % 20 == 0 { store.movePages() }
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

  @Test(
    "A class that evicted takes no page from another once there is free memory, and a page half emptied is opened again"
  )
  func freeMemory() throws {
    let store = try TestStore(megabytes: 8)
    for number in 0..<1200 { store.store(bytes("old \(number)"), [UInt8](repeating: 1, count: 11_000)) }
    for number in 0..<600 { store.store(bytes("other \(number)"), [UInt8](repeating: 2, count: 6000)) }
    for _ in 0..<3 where !store.store.isMovingPage { _ = store.store.balance(now: 100) }
    #expect(store.store.isMovingPage)
    for number in 0..<1200 { store.delete(bytes("old \(number)")) }
    let before = store.evicted
    for number in 0..<600 {
      store.store(bytes("other \(number)"), [UInt8](repeating: 2, count: 6000))
      store.movePages()
    }
    #expect(store.evicted == before)
    #expect((0..<600).allSatisfy { store.get(bytes("other \($0)")) != nil })
    #expect(!store.store.isMovingPage)
    #expect(store.store.audit() == [])
  }

  @Test("Pages that move take no tombstone with them")
  func keptTombstones() throws {
    let store = try TestStore(megabytes: 4, bucketPower: 15)
    store.store.notePairing()
    store.store.keepTombstones(upTo: .greatest)
    store.store.setSettled(.greatest)
    for number in 0..<60_000 { store.store(bytes("small \(number)"), []) }
    for number in 0..<4000 { store.delete(bytes("\(number)")) }
    for number in 0..<2000 {
      store.store(bytes("large \(number)"), [UInt8](repeating: 1, count: 5000))
      if number % 20 == 0 { store.movePages() }
    }
    #expect(store.store.movedPages > 0)
    #expect((0..<4000).allSatisfy { store.getAny(bytes("\($0)"))?.isTombstone == true })
    #expect(store.store.audit() == [])
  }
}
