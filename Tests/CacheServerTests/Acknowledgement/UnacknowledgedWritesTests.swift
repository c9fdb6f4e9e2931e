import ItemStore
import Replication
import Testing

@testable import CacheServer

@Suite("Writes whose answers wait for the peer")
struct UnacknowledgedWritesTests {
  private static func stamp(_ number: Int) -> Stamp { Stamp(rawValue: UInt64(number)) }

  private static func writes(_ count: Int) -> UnacknowledgedWrites {
    var writes = UnacknowledgedWrites()
    for number in 1...count {
      writes.append(UnacknowledgedWrites.Write(stamp: stamp(number), answer: number..<number + 1))
    }
    return writes
  }

  private static func rejected(_ writes: inout UnacknowledgedWrites, _ numbers: Range<UInt64>) -> [Int] {
    var found: [Int] = []
    writes.takeRejected(numbers) { write, _ in found.append(write.answer.lowerBound) }
    return found
  }

  @Test("A rejection is found by its stamp, once, among the writes of the connection alone") func rejections() {
    var writes = Self.writes(6)
    for number in [2, 3, 5, 99] { writes.noteRejection(Self.stamp(number), .refused) }
    #expect(Self.rejected(&writes, 0..<3) == [3, 2])
    #expect(Self.rejected(&writes, 0..<3) == [])
    #expect(Self.rejected(&writes, 3..<6) == [5])
  }

  @Test("What nobody waits for goes from the front, with what was rejected of it") func dropped() {
    var writes = Self.writes(100)
    writes.noteRejection(Self.stamp(10), .refused)
    writes.noteRejection(Self.stamp(90), .refused)
    let dropped = [0, 20, 20, 80].map { writes.drop(before: $0) }
    #expect(dropped == [nil, Self.stamp(20), nil, Self.stamp(80)] && writes.end == 100)
    #expect(Self.rejected(&writes, 0..<20) == [])
    #expect(Self.rejected(&writes, 80..<100) == [90])
    let last = writes.drop(before: 100)
    #expect(last == Self.stamp(100) && writes.end == 100)
    writes.append(UnacknowledgedWrites.Write(stamp: Self.stamp(101), answer: 0..<1))
    writes.noteRejection(Self.stamp(101), .outOfMemory)
    #expect(writes.end == 101)
    #expect(Self.rejected(&writes, 100..<101) == [0])
  }
}
