import TestSupport
import Testing

@testable import ItemStore

@Suite("The three stamps of a state")
struct VersionTests {
  @Test("The last write of a whole value decides, then the last change, then the last touch")
  func order() {
    let ascending = [
      Version(1), Version(9, changed: 1), Version(3, fresh: 1), Version(8, changed: 3, fresh: 1), Version(7, fresh: 1),
      Version(2), Version(5), Version(6, fresh: 5),
    ]
    for (left, right) in zip(ascending, ascending.dropFirst()) { #expect(left < right && right > left) }
    var random = SeededRandom(seed: TestSeeds.first)
    for _ in 0..<20 { #expect(ascending.shuffled(using: &random).sorted() == ascending) }
  }

  @Test("They are in order, and none is greater than a stamp can be")
  func valid() {
    let stamp = { Stamp(rawValue: $0) }
    #expect(Version(fresh: stamp(1), changed: stamp(1), touched: stamp(2)) == Version(2, changed: 1))
    #expect(Version(fresh: stamp(2), changed: stamp(1), touched: stamp(2)) == nil)
    #expect(Version(fresh: stamp(1), changed: stamp(3), touched: stamp(2)) == nil)
    #expect(Version(fresh: stamp(1), changed: stamp(1), touched: stamp(Stamp.greatest.rawValue + 1)) == nil)
  }

  /// A kind of command, and which of the three stamps are new after it.
  struct Kind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    var isFresh = false
    var isChanged = true
    let run: @Sendable (TestStore, _ value: [UInt8], _ unique: Stamp) -> Void
  }

  static let kinds = [
    Kind(testDescription: "set", isFresh: true) { store, value, _ in store.store(bytes("k"), value) },
    Kind(testDescription: "set in parts", isFresh: true) { store, value, _ in store.storeApart(bytes("k"), value) },
    Kind(testDescription: "replace", isFresh: true) { store, value, _ in
      store.store(bytes("k"), value, mode: .replace)
    },
    Kind(testDescription: "delete, add", isFresh: true) { store, value, _ in
      store.delete(bytes("k"))
      store.store(bytes("k"), value, mode: .add)
    },
    Kind(testDescription: "cas") { store, value, unique in
      store.store(bytes("k"), value, mode: .compareAndSwap(unique.rawValue))
    },
    Kind(testDescription: "cas in parts") { store, value, unique in
      store.storeApart(bytes("k"), value, mode: .compareAndSwap(unique.rawValue))
    },
    Kind(testDescription: "append") { store, value, _ in store.store(bytes("k"), [49], mode: .append) },
    Kind(testDescription: "prepend") { store, value, _ in store.store(bytes("k"), [49], mode: .prepend) },
    Kind(testDescription: "incr") { store, _, _ in store.increment(bytes("k"), by: 7) },
    Kind(testDescription: "decr") { store, _, _ in store.increment(bytes("k"), by: 7, isDecrement: true) },
    Kind(testDescription: "touch", isChanged: false) { store, _, _ in store.touch(bytes("k"), expiresAt: 150) },
  ]

  @Test("Each kind of command renews those that it should, in every chunk and after every other", arguments: kinds)
  func commands(kind: Kind) throws {
    for before in Self.kinds {
      for (size, flags) in (1...17).flatMap({ [($0, UInt32(0)), ($0, 9)] }) {
        let store = try TestStore()
        let value = [UInt8](repeating: UInt8(ascii: "5"), count: size)
        store.store(bytes("k"), value, flags: flags)
        before.run(store, value, try #require(store.getAny(bytes("k"))).changed)
        let base = try #require(store.get(bytes("k"))).version
        kind.run(store, value, base.changed)
        let after = try #require(store.get(bytes("k"))).version
        #expect(after.touched > base.touched)
        #expect(after.changed == (kind.isChanged ? after.touched : base.changed))
        #expect(after.fresh == (kind.isFresh ? after.touched : base.fresh))
        #expect(store.store.audit() == [])
      }
    }
  }
}
