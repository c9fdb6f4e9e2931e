import Testing

@testable import ItemStore

@Suite("The layout of an item")
struct ItemPointerTests {
  @Test(
    "Client flags take four bytes where they are not zero, and are read as they were written, whole or chained",
    arguments: [0, 1, 7, 0x8000_0000, UInt32.max], [0, 10, 2_000_000])
  func clientFlags(flags: UInt32, valueCount: Int) throws {
    let store = try TestStore(largestItem: 4 << 20)
    let value = [UInt8](repeating: 5, count: valueCount)
    store.store(bytes("key"), value, flags: flags)
    let held = try #require(store.get(bytes("key")))
    #expect(held.flags == flags && held.value == value && held.key == bytes("key"))
    let item = store.store.memory.item(try #require(store.reference(bytes("key"))))
    if item.state.isChained {
      #expect(item.size == headSize(valueCount))
    } else {
      let without = ItemPointer.size(keyCount: 3, valueCount: valueCount, clientFlags: 0)
      #expect(item.size == without + (flags == 0 ? 0 : 4))
    }
    #expect(store.store.audit() == [])
  }

  @Test("Flags come, change and go with the value that is written over the old one, and a number keeps its own")
  func overwritten() throws {
    let store = try TestStore()
    let states: [(UInt32, String)] = [(0, "1"), (9, "22"), (9, "333"), (3, "4"), (0, "55"), (.max, "")]
    for (flags, value) in states {
      store.store(bytes("key"), bytes(value), flags: flags)
      let held = try #require(store.get(bytes("key")))
      #expect(held.flags == flags && held.value == bytes(value))
      #expect(store.store.audit() == [])
    }
    store.store(bytes("number"), bytes("9"), flags: 77)
    for expected in 10...120 {
      #expect(store.count(bytes("number"), by: 1) == .value(UInt64(expected)))
      #expect(store.get(bytes("number"))?.flags == 77)
    }
    store.delete(bytes("number"))
    #expect(store.store.audit() == [])
  }

  @Test(
    "An extension stands behind the client flags, and is read as it was written, whole or chained",
    arguments: [0, 0x8000_0001] as [UInt32], [0, 1, 10, 2_000_000])
  func extended(flags: UInt32, valueCount: Int) throws {
    let store = try TestStore(largestItem: 4 << 20)
    let value = [UInt8](repeating: 5, count: valueCount)
    store.apply(bytes("key"), value, stamp: UInt64(Int64.max), changed: UInt64(Int64.max) - 1, flags: flags)
    let held = try #require(store.get(bytes("key")))
    #expect(held.flags == flags && held.value == value && held.key == bytes("key"))
    #expect(held.changed.rawValue == held.stamp.rawValue - 1)
    let item = store.store.memory.item(try #require(store.reference(bytes("key"))))
    let size =
      item.state.isChained
      ? headSize(valueCount)
      : ItemPointer.size(keyCount: 3, valueCount: valueCount, clientFlags: flags, isExtended: true)
    #expect(item.isExtended && item.size == size && item.valueCount == valueCount)
    #expect(store.store.audit() == [])
  }

  private func headSize(_ valueCount: Int) -> Int {
    ItemPointer.headSize(
      keyCount: 3, valueCount: valueCount, pieceCapacity: ChunkMemory.pageSize / 2 - ItemPointer.headerCount)
  }

  @Test("An item of 10+10 bytes fits a chunk of 40, with flags one of 48")
  func smallest() throws {
    let store = try TestStore()
    #expect(store.store.slabClass(keyCount: 10, valueCount: 10, clientFlags: 0) == 1)
    #expect(store.store.slabClass(keyCount: 10, valueCount: 10, clientFlags: 1) == 2)
    #expect(store.store.chunkSizes.prefix(3) == [0, 40, 48])
  }
}
