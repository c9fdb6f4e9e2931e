import ItemStore
import Testing

@testable import Replication

@Suite struct ReplicatorTests {
  @Test("what both held alone, both hold together, and later writes cross")
  func copyAndStream() {
    let pair = Pair()
    for number in 0..<500 { pair.set(0, "a\(number)", [1, UInt8(number & 255)]) }
    for number in 0..<300 { pair.set(1, "b\(number)", [2]) }
    pair.join()
    pair.settle()
    #expect(pair.live(0).count == 800 && pair.live(0) == pair.live(1))
    pair.set(0, "x", [1], ring: 1)
    pair.set(1, "y", [2])
    pair.delete(1, "a1")
    pair.delete(0, "b1", ring: 1)
    pair.settle()
    #expect(pair.live(0).count == 800 && pair.live(0) == pair.live(1))
    #expect(pair.live(0)["a1"] == nil && pair.live(1)["b1"] == nil)
    #expect(pair.sides.allSatisfy { $0.store.tombstoneCount == 0 && $0.replicator.isDrained })
  }

  @Test("the copies begin and end once on each side, and tell how many")
  func events() {
    let pair = Pair()
    for number in 0..<10 { pair.set(0, "a\(number)", [1]) }
    pair.join()
    pair.settle()
    var ended: [UInt64] = []
    for case .copyOutEnded(let items) in pair.sides[0].events { ended.append(items) }
    #expect(ended == [10])
    #expect(pair.sides[1].events.contains { if case .copyInEnded = $0 { true } else { false } })
    #expect(pair.sides[0].replicator.counters.copiesFull == 1)
  }

  @Test("after a cut only what changed travels")
  func catchUp() {
    let pair = Pair()
    for number in 0..<2000 { pair.set(0, "a\(number)", [UInt8](repeating: 7, count: 100)) }
    pair.join()
    pair.settle()
    pair.cut()
    pair.set(0, "a5", [9])
    pair.delete(0, "a6")
    pair.set(1, "b", [8])
    let before = pair.sides[0].sentBytes
    pair.join()
    pair.settle()
    #expect(pair.live(0) == pair.live(1) && pair.live(1)["a5"]?.value == [9] && pair.live(1)["a6"] == nil)
    #expect(pair.sides[0].sentBytes - before < 500)
    #expect(pair.sides[0].replicator.counters.copiesPartial == 1)
  }

  @Test("values of 64 KB, of a byte more and of 3 MB arrive whole, by copy and by stream")
  func largeValues() {
    let pair = Pair(ringBytes: 1 << 20, memoryLimits: [64 << 20, 64 << 20]) { $0.maxItemSize = 8 << 20 }
    let sizes = [FrameLimits.value, FrameLimits.value + 1, 3 << 20]
    for (number, size) in sizes.enumerated() {
      pair.set(0, "copied\(number)", [UInt8](repeating: UInt8(number), count: size))
    }
    pair.join()
    pair.settle()
    for (number, size) in sizes.enumerated() {
      pair.set(1, "streamed\(number)", [UInt8](repeating: UInt8(number), count: size), ring: 1)
      pair.set(1, "small\(number)", [1])
    }
    pair.settle()
    #expect(pair.live(0).count == 9 && pair.live(0) == pair.live(1))
    #expect(pair.live(0)["streamed2"]?.value.count == 3 << 20)
  }

  @Test("values in small chunks cross, by copy and by stream, whatever the other side's chunks are", arguments: [1, 4])
  func smallChunks(kilobytes: Int) {
    let pair = Pair(memoryLimits: [64 << 20, 64 << 20]) {
      $0.maxItemSize = 180 << 10
      $0.maxChunkSize = kilobytes << 10
    }
    let sizes = [900, 1_000, 1_010, 4_070, 4_096, 11_000, FrameLimits.value, FrameLimits.value + 1, 150_000]
    let key = { (name: String, size: Int) in name + String(repeating: "k", count: 200) + "\(size)" }
    for size in sizes { pair.set(0, key("copied", size), [UInt8](repeating: 7, count: size)) }
    pair.join()
    pair.settle()
    for size in sizes {
      pair.set(1, key("streamed", size), [UInt8](repeating: 8, count: size), ring: 1)
      pair.touch(0, key("copied", size), expiresAt: 5_000)
    }
    pair.settle()
    #expect(pair.live(0).count == 2 * sizes.count && pair.live(0) == pair.live(1))
    for size in sizes { #expect(pair.live(0)[key("streamed", size)]?.value.count == size) }
    #expect(pair.sides.allSatisfy { $0.replicator.isDrained })
  }

  @Test("a touch crosses as a newer state with the same cas unique: by stream, by copy, and when two meet")
  func touches() {
    let pair = Pair(memoryLimits: [64 << 20, 64 << 20]) { $0.maxItemSize = 8 << 20 }
    let sizes = [0, 7, 13, 100, FrameLimits.value, 1 << 20]
    var stamps: [String: Stamp] = [:]
    for size in sizes { stamps["k\(size)"] = pair.set(0, "k\(size)", [UInt8](repeating: 7, count: size)) }
    for size in sizes where size > 7 { pair.touch(0, "k\(size)", expiresAt: 5_000) }
    pair.join()
    pair.settle()
    for size in sizes { pair.touch(1, "k\(size)", ring: 1, expiresAt: 6_000) }
    pair.settle()
    for size in sizes {
      pair.touch(0, "k\(size)", expiresAt: 7_000)
      pair.touch(1, "k\(size)", ring: 1, expiresAt: 8_000)
    }
    pair.settle()
    let held = pair.live(0)
    #expect(held == pair.live(1) && held.count == sizes.count)
    for (key, item) in held {
      #expect(item.changed == stamps[key] && item.stamp > item.changed && item.expiresAt == 8_000)
    }
    #expect(pair.sides.allSatisfy { $0.replicator.isDrained })
  }

  @Test("a ring that is full gives the stream up, and the copy that follows carries what it lost")
  func overflow() {
    let pair = Pair(records: 10)
    pair.join()
    pair.settle()
    for number in 0..<100 { pair.set(0, "a\(number)", [3]) }
    #expect(pair.sides[0].replicator.hasOverflowed)
    pair.delete(0, "a7")
    pair.settle()
    #expect(pair.live(1).count == 99 && pair.live(0) == pair.live(1))
    #expect(pair.sides[0].replicator.counters.streamOverflows == 1)
    let seen = pair.sides[1].events
    #expect(seen.count { if case .copyInBegan = $0 { true } else { false } } == 2)
    #expect(seen.count { if case .copyInEnded = $0 { true } else { false } } == 2, "or stats says copy for ever")
  }

  @Test("a copy that is asked for while a ring is full gives the large value up whose entry that ring forgets")
  func askedWhileFull() {
    let pair = Pair(records: 10, outputLimit: 1)
    pair.join()
    pair.settle()
    pair.set(0, "large", [UInt8](repeating: 1, count: 200_000))
    pair.send(0)
    #expect(pair.sides[0].replicator.state.outgoing != nil)
    for number in 0..<20 { pair.set(0, "a\(number)", [3]) }
    #expect(pair.sides[0].replicator.hasOverflowed)
    pair.sides[1].replicator.link.askToSend = 1
    pair.send(1)
    #expect(pair.receive(0) == nil)
    pair.settle()
    #expect(pair.live(1).count == 21 && pair.live(0) == pair.live(1))
  }

  @Test("a peer that does not read costs no more than the output's bound and the rings'")
  func frozenPeer() {
    let pair = Pair(ringBytes: 512 << 10, records: 1000)
    pair.join()
    pair.settle()
    for round in 0..<50 {
      for number in 0..<500 { pair.set(0, "a\(number)", [UInt8](repeating: UInt8(round), count: 500)) }
      pair.send(0, limit: 0)
      #expect(pair.sides[0].output.count < 2 * Replicator.defaultOutputLimit)
    }
    pair.settle()
    #expect(pair.live(0).count == 500 && pair.live(0) == pair.live(1))
  }

  @Test("fragments of nothing, two openings, a reference on the wire end the link")
  func outOfPlace() {
    let frames = [
      WireSamples.fragment([1]), WireSamples.reference(WireSamples.key),
      WireSamples.valueBegin(WireSamples.key, 10) + WireSamples.valueBegin(WireSamples.key, 10),
      WireSamples.valueBegin(WireSamples.key, 1) + WireSamples.fragment([1, 2]),
      WireSamples.bytes { FrameEncoder.valueAborted(into: &$0) },
    ]
    for bytes in frames {
      let pair = Pair()
      pair.join()
      pair.sides[0].input.reserve(bytes.count)
      pair.sides[0].input.append(bytes.span)
      #expect(pair.receive(0) != nil)
      pair.cut()
    }
  }

  @Test("an item that expires is equal on both sides")
  func expiry() {
    let pair = Pair()
    pair.set(0, "a", [1], expiresAt: 50)
    pair.join()
    pair.settle()
    #expect(pair.live(1)["a"]?.expiresAt == 50)
    pair.now += 60_000_000
    #expect(pair.live(1).isEmpty)
  }
}
