import ItemStore
import Testing

@testable import Replication

@Suite struct RoomlessValuesTests {
  private let key = [UInt8]("k".utf8)

  private func joined() -> Pair {
    let pair = Pair { $0.largestItem = 1000 }
    pair.join()
    pair.settle()
    return pair
  }

  /// Side 0 hears what a peer says that drains its workers' rings in another order than they were filled.
  private func hear(_ pair: Pair, _ bytes: [UInt8]) -> MalformedFrame? {
    let side = pair.sides[0]
    side.input.reserve(bytes.count)
    side.input.append(bytes.span)
    return pair.receive(0)
  }

  private func record(_ stamp: UInt64, _ value: [UInt8]) -> [UInt8] {
    let head = RecordHead(stamp: Stamp(rawValue: stamp), clientFlags: 0, remaining: 0)
    let count = key.count
    return WireSamples.bytes {
      FrameEncoder.record(head, keyCount: count, keyAndValue: (key + value).span, into: &$0)
    }
  }

  private func delete(_ stamp: UInt64) -> [UInt8] {
    WireSamples.bytes { FrameEncoder.delete(stamp: Stamp(rawValue: stamp), key: key.span, into: &$0) }
  }

  private func mark(_ stamp: UInt64) -> [UInt8] {
    WireSamples.bytes { FrameEncoder.mark(Stamp(rawValue: stamp), into: &$0) }
  }

  private let large = [UInt8](repeating: 9, count: 2000)

  @Test("after a value without room an older one is not stored, until the peer's mark says that none is on its way")
  func older() {
    let pair = joined()
    let now = pair.sides[0].store.stampClock.fence().rawValue
    for bytes in [record(now + 40, large), record(now + 20, [2]), delete(now + 22), record(now + 20, [2])] {
      #expect(hear(pair, bytes) == nil)
      #expect(pair.live(0) == [:])
    }
    #expect(pair.sides[0].replicator.counters.withoutRoom == 4)
    #expect(hear(pair, mark(now + 30)) == nil && hear(pair, record(now + 20, [2])) == nil)
    #expect(pair.live(0) == [:])
    #expect(hear(pair, mark(now + 40)) == nil && hear(pair, record(now + 20, [2])) == nil)
    #expect(pair.live(0)["k"]?.value == [2])
  }

  @Test("a newer one is, and with a new link nothing old is on its way")
  func newer() {
    let pair = joined()
    let now = pair.sides[0].store.stampClock.fence().rawValue
    #expect(hear(pair, record(now + 40, large)) == nil && hear(pair, record(now + 42, [3])) == nil)
    #expect(pair.live(0)["k"]?.value == [3])
    #expect(hear(pair, record(now + 60, large)) == nil && hear(pair, record(now + 50, [4])) == nil)
    #expect(pair.live(0) == [:])
    pair.cut()
    var values = RoomlessValues()
    let (hash, other): (UInt64, UInt64) = (5 << 60, 6 << 60)
    #expect(!values.covers(hash, Stamp(rawValue: 1)))
    values.note(hash, Stamp(rawValue: 10))
    values.note(hash, Stamp(rawValue: 8))
    #expect(values.covers(hash, Stamp(rawValue: 9)) && !values.covers(hash, Stamp(rawValue: 10)))
    #expect(!values.covers(other, Stamp(rawValue: 9)))
    values.settle(upTo: Stamp(rawValue: 9))
    #expect(values.covers(hash, Stamp(rawValue: 9)))
    values.settle(upTo: Stamp(rawValue: 10))
    #expect(!values.covers(hash, Stamp(rawValue: 9)))
  }
}
