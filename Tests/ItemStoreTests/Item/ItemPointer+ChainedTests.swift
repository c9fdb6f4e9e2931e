import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("Chained items, with small chunks")
struct ItemPointerPiecesTests {
  static let chunks = [1 << 10, 4 << 10]

  private func store(_ chunk: Int, megabytes: Int = 16) throws -> TestStore {
    let most = StoreConfiguration.maxItemSize(maxChunkSize: chunk)
    return try TestStore(megabytes: megabytes, maxItemSize: min(1 << 20, most), growthFactor: 1.25, maxChunkSize: chunk)
  }

  private func pieces(_ store: TestStore, _ key: [UInt8]) -> Int? {
    guard let reference = store.reference(key) else { return nil }
    let item = store.store.memory.item(reference)
    return item.state.isChained ? item.pieceCount : 0
  }

  @Test(
    "Values are whole around every bound of a chunk, with short keys and long ones, flags and none", arguments: chunks)
  func bounds(chunk: Int) throws {
    let store = try store(chunk)
    var random = SeededRandom(seed: 5)
    let capacity = chunk - ItemPointer.headerCount
    for count in [1, 2, 3, 17].flatMap({ [$0 * capacity - 1, $0 * capacity, $0 * capacity + 1] }) {
      for (key, flags) in [(bytes("k"), 0), (random.value(250), 0), (random.value(250), UInt32.max)] {
        let value = random.value(count)
        store.store(key, value, flags: flags)
        let held = try #require(store.get(key))
        #expect(held.value == value && held.flags == flags)
        let whole = ItemPointer.size(keyCount: key.count, valueCount: count, clientFlags: flags)
        #expect(pieces(store, key) == (whole <= chunk ? 0 : (count + capacity - 1) / capacity))
        store.touch(key, expiresAt: 500)
        #expect(store.get(key)?.value == value && store.get(key)?.changed == held.stamp)
      }
    }
    #expect(store.store.audit() == [])
  }

  @Test("append, prepend, overwriting and numbers go from one chunk to many and back", arguments: chunks)
  func changes(chunk: Int) throws {
    let store = try store(chunk)
    var random = SeededRandom(seed: 6)
    var value = random.value(10)
    store.store(bytes("k"), value, flags: 3)
    for round in 0..<60 {
      let more = random.value(random.below(chunk))
      let isAppend = round % 2 == 0
      store.store(bytes("k"), more, mode: isAppend ? .append : .prepend)
      value = isAppend ? value + more : more + value
      #expect(store.get(bytes("k"))?.value == value && store.get(bytes("k"))?.flags == 3)
    }
    #expect(store.increment(bytes("k"), by: 1) == .nonNumeric)
    store.store(bytes("k"), bytes("41"))
    #expect(store.increment(bytes("k"), by: 1) == .value(42))
    store.store(bytes("k"), value, mode: .replace)
    #expect(store.get(bytes("k"))?.value == value)
    store.delete(bytes("k"))
    #expect(store.store.statistics.pagesInUse == 0)
    #expect(store.store.audit() == [])
  }

  @Test("The largest item has space for its table; one byte more is refused", arguments: [1, 2, 4, 8, 512, 1024])
  func largest(kilobytes: Int) throws {
    let chunk = kilobytes << 10
    let most = min(StoreConfiguration.maxItemSize(maxChunkSize: chunk), 24 << 20)
    #expect(most % chunk == 0)
    let store = try TestStore(megabytes: 64, maxItemSize: most, maxChunkSize: chunk)
    for keyCount in [1, 250] {
      let key = [UInt8](repeating: 107, count: keyCount)
      let value = [UInt8](repeating: 5, count: most - ItemPointer.headerCount - keyCount)
      #expect(store.store(key, value + [1]) == .tooLarge)
      store.apply(key, value, stamp: 1 << 61, changed: 1 << 60, fresh: 1 << 59)
      #expect(store.get(key)?.value == value)
    }
    #expect(store.store.audit() == [])
  }

  @Test("Chained items are evicted whole, and those that stay are whole", arguments: chunks)
  func eviction(chunk: Int) throws {
    let store = try store(chunk, megabytes: 6)
    let value = { (number: Int) in [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 11_000 + number % 7) }
    for number in 0..<3000 {
      store.store(bytes("\(number)"), value(number))
      if number % 3 == 0 { _ = store.get(bytes("\(number - 300)")) }
    }
    #expect(store.evicted > 2000)
    let held = (0..<3000).filter { store.get(bytes("\($0)")) != nil }
    #expect(held.count > 300)
    for number in held { #expect(store.get(bytes("\(number)"))?.value == value(number)) }
    #expect(store.store.audit() == [])
  }

  @Test("Pieces move to other pages one by one, and the values stay whole", arguments: chunks)
  func pieceMoves(chunk: Int) throws {
    let store = try store(chunk, megabytes: 32)
    let sizes = [2_000, 11_000, 150_000]
    let value = { (number: Int) in [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: sizes[number % 3]) }
    for number in 0..<400 { store.store(bytes("\(number)"), value(number)) }
    for number in 0..<400 where number % 4 != 1 { store.delete(bytes("\(number)")) }
    let largest = store.store.slabs.classCount
    for _ in 0..<3 { movePage(of: largest, store) }
    #expect(store.store.pageMoves.chunkRescues > 0 && store.store.pageMoves.pages == 3)
    #expect(store.evicted == 0 && store.store.statistics.itemCount == 100)
    #expect((0..<400).allSatisfy { $0 % 4 != 1 || store.get(bytes("\($0)"))?.value == value($0) })
    #expect(store.store.audit() == [])
  }

  @Test("Heads move, and their pieces know them", arguments: chunks)
  func headMoves(chunk: Int) throws {
    let store = try store(chunk, megabytes: 48)
    let key = { (number: Int) in bytes("\(number)") + [UInt8](repeating: 107, count: 240) }
    let value = { (number: Int) in [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 4_100) }
    for number in 0..<7000 { store.store(key(number), value(number)) }
    for number in 0..<7000 where number % 4 != 1 { store.delete(key(number)) }
    let head = store.store.memory.item(try #require(store.reference(key(1)))).slabClass
    movePage(of: Int(head), store)
    #expect(store.store.pageMoves.rescues > 0 && store.store.pageMoves.pages == 1)
    #expect(store.evicted == 0 && store.store.statistics.itemCount == 1750)
    #expect((0..<7000).allSatisfy { $0 % 4 != 1 || store.get(key($0))?.value == value($0) })
    #expect(store.store.audit() == [])
  }

  private func movePage(of slabClass: Int, _ store: TestStore) {
    let before = store.store.pageMoves.pages
    #expect(store.store.reassignPage(from: slabClass, to: 0) == .begun)
    for _ in 0..<5000 where store.store.pageMoves.pages == before { _ = store.store.balance(now: 100) }
  }

  @Test("What was stored after a chained item that freed memory for it is not evicted before other, older ones")
  func order() throws {
    let store = try store(4096, megabytes: 8)
    for number in 0..<800 { store.store(bytes("old \(number)"), [UInt8](repeating: 1, count: 11_000)) }
    let before = store.evicted
    for number in 0..<900 { store.store(bytes("new \(number)"), [UInt8](repeating: 2, count: 3_000)) }
    #expect((0..<900).allSatisfy { store.get(bytes("new \($0)")) != nil })
    #expect(store.evicted - before <= 301)
    #expect(store.store.audit() == [])
  }
}
