import Testing

@testable import ItemStore

@Suite("The layout of an item")
struct ItemPointerTests {
  @Test(
    "Client flags take four bytes where they are not zero, and are read as they were written, whole or chained",
    arguments: [0, 1, 7, 0x8000_0000, UInt32.max], [0, 10, 2_000_000])
  func clientFlags(flags: UInt32, valueCount: Int) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
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
      #expect(store.increment(bytes("number"), by: 1) == .value(UInt64(expected)))
      #expect(store.get(bytes("number"))?.flags == 77)
    }
    store.delete(bytes("number"))
    #expect(store.store.audit() == [])
  }

  @Test(
    "An extension stands behind the client flags, and is read as it was written, whole or chained",
    arguments: [0, 0x8000_0001] as [UInt32], [0, 1, 10, 2_000_000])
  func extended(flags: UInt32, valueCount: Int) throws {
    let store = try TestStore(maxItemSize: 4 << 20)
    let value = [UInt8](repeating: 5, count: valueCount)
    for (number, expected) in Self.versions.enumerated() {
      let key = bytes("k\(number)s")
      let version = expected.version
      store.apply(
        key, value, stamp: version.touched.rawValue, changed: version.changed.rawValue, fresh: version.fresh.rawValue,
        flags: flags)
      let held = try #require(store.get(key))
      #expect(held.flags == flags && held.value == value && held.key == key && held.version == version)
      let item = store.store.memory.item(try #require(store.reference(key)))
      let plain = ItemPointer.size(keyCount: 3, valueCount: valueCount, clientFlags: flags)
      let size = item.state.isChained ? headSize(valueCount) : plain + expected.extensionCount
      #expect(item.size == size && item.valueCount == valueCount)
      #expect(item.isExtended == (expected.extensionCount > 0) && item.extensionCount == expected.extensionCount)
    }
    #expect(store.store.audit() == [])
  }

  private static let greatest = Stamp.greatest.rawValue

  /// Set, touched, derived, derived and touched; with the greatest stamps and with small ones.
  private static let versions: [(version: Version, extensionCount: Int)] = [
    (Version(greatest), 0), (Version(greatest, changed: greatest - 1), 8), (Version(greatest, fresh: greatest - 1), 8),
    (Version(greatest, changed: greatest - 1, fresh: greatest - 2), 24), (Version(5), 0), (Version(5, changed: 4), 8),
    (Version(5, fresh: 4), 8), (Version(5, changed: 4, fresh: 3), 24),
  ]

  @Test("An item keeps its flags and value when its stamps change from any kind to any other")
  func restamped() throws {
    let store = try TestStore()
    // Its chunk has space for the longest.
    let longest = Version(3, changed: 2, fresh: 1)
    store.apply(bytes("key"), bytes("value"), stamp: 3, changed: 2, fresh: 1, flags: 9)
    let item = store.store.memory.item(try #require(store.reference(bytes("key"))))
    for (before, after) in Self.versions.flatMap({ one in Self.versions.map { (one.version, $0.version) } }) {
      for version in [before, after] {
        item.setVersion(version)
        let held = try #require(store.getAny(bytes("key")))
        #expect(held.version == version && held.value == bytes("value") && held.flags == 9)
      }
      item.setVersion(longest)
    }
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
