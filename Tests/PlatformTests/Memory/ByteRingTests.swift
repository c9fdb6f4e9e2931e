import Platform
import Synchronization
import TestSupport
import Testing

@Suite("A byte ring", .timeLimit(.minutes(2)))
struct ByteRingTests {
  static let page = MappedRegion.pageSize

  /// Fills a piece with one byte's value.
  private func append(_ byte: UInt8, _ count: Int, to ring: borrowing ByteRing) -> Bool {
    ring.append(count: count) { output in
      for _ in 0..<count { output.append(byte) }
    }
  }

  private func readable(_ ring: borrowing ByteRing, _ most: Int = .max) -> [UInt8] {
    let bytes = ring.readable
    return (0..<min(bytes.count, most)).map { bytes[$0] }
  }

  @Test("gives back in order what is appended")
  func order() throws {
    let ring = try ByteRing(capacity: Self.page)
    let appended = [append(1, 2, to: ring), append(2, 3, to: ring)]
    #expect(appended == [true, true])
    #expect(readable(ring) == [1, 1, 2, 2, 2])
    ring.consume(3)
    #expect(readable(ring) == [2, 2])
    ring.consumeAll()
    let isEmpty = ring.isEmpty
    #expect(isEmpty)
  }

  @Test("refuses what does not fit, and is as it was")
  func full() throws {
    let ring = try ByteRing(capacity: Self.page)
    let appended = [append(1, Self.page - 1, to: ring), append(2, 2, to: ring), append(3, 1, to: ring)]
    #expect(appended == [true, false, true])
    let used = ring.usedCount
    #expect(used == Self.page)
    ring.consume(Self.page)
    let again = append(4, Self.page, to: ring)
    #expect(again)
    #expect(readable(ring).allSatisfy { $0 == 4 })
  }

  @Test("keeps a piece in one piece where the memory ends")
  func laps() throws {
    let ring = try ByteRing(capacity: Self.page)
    let third = Self.page / 3
    _ = append(1, third, to: ring)
    _ = append(2, third, to: ring)
    ring.consume(third)
    // A third is free at the end, with a byte or two more, and a third at the beginning.
    let fits = append(3, third + 3, to: ring)
    #expect(!fits)
    ring.consume(third / 2)
    _ = append(4, third, to: ring)
    let wraps = append(5, third, to: ring)
    #expect(wraps)
    #expect(readable(ring) == [UInt8](repeating: 2, count: third - third / 2) + [UInt8](repeating: 4, count: third))
    ring.consume(2 * third - third / 2)
    #expect(readable(ring) == [UInt8](repeating: 5, count: third))
  }

  @Test("has all its room again when it goes back to its beginning, before the consumer has looked")
  func wholeAfterRewinding() throws {
    let ring = try ByteRing(capacity: 1 << 20)
    _ = append(1, 100_000, to: ring)
    ring.consumeAll()
    let appended = [append(2, 1, to: ring), append(3, (1 << 20) - 1, to: ring), append(4, 1, to: ring)]
    #expect(appended == [true, true, false])
    let used = ring.usedCount
    #expect(used == 1 << 20, "what was skipped is not used")
    #expect(readable(ring, 2) == [2, 3])
  }

  @Test("keeps what is not read where a lap was filled to its last byte")
  func exactLap() throws {
    let ring = try ByteRing(capacity: Self.page)
    let filled = [append(1, Self.page, to: ring), append(2, 1, to: ring)]
    #expect(filled == [true, false])
    ring.consume(10)
    let appended = [append(2, 11, to: ring), append(2, 10, to: ring), append(3, 1, to: ring)]
    #expect(appended == [false, true, false])
    let isKept = readable(ring) == [UInt8](repeating: 1, count: Self.page - 10)
    #expect(isKept)
    ring.consume(Self.page - 10)
    #expect(readable(ring) == [UInt8](repeating: 2, count: 10))
  }

  @Test("agrees with an array, whatever is done to both")
  func random() throws {
    var generator = SeededRandom(seed: TestSeeds.first)
    let ring = try ByteRing(capacity: 40 * Self.page)
    var model: [UInt8] = []
    for step in 0..<2000 {
      let amount = 1 + Int(generator.next() % UInt64(Self.page))
      if generator.next() % 2 == 0 {
        let byte = UInt8(truncatingIfNeeded: step)
        if append(byte, amount, to: ring) { model += [UInt8](repeating: byte, count: amount) }
      } else {
        let count = ring.readable.count
        #expect((count == 0) == model.isEmpty, "seed \(generator.seed)")
        let consumed = min(amount, count)
        #expect(readable(ring, consumed) == Array(model.prefix(consumed)), "seed \(generator.seed)")
        ring.consume(consumed)
        model.removeFirst(consumed)
      }
    }
  }

  @Test("begins at its first pages again when it is empty, so it touches no more of them than it must")
  func rewinds() throws {
    let ring = try ByteRing(capacity: 1 << 20)
    var positions: Set<UInt64> = []
    for _ in 0..<1000 {
      let isAppended = append(1, 1000, to: ring)
      #expect(isAppended)
      positions.insert(ring.appended % (1 << 20))
      ring.consumeAll()
    }
    #expect(positions.max().map { $0 < 70_000 } == true)
  }

  @Test("carries every byte from one thread to another, in order")
  func threads() throws {
    let channel = Channel(try ByteRing(capacity: 2 << 20))
    let total = 200_000
    let producer = try Thread.start(name: "producer") { channel.produce(total) }
    let isRight = channel.consume(total)
    producer.join()
    #expect(isRight)
  }

  @Test("carries long backlogs whose memory is given back meanwhile: given back too early it reads as zero")
  func backlogs() throws {
    let channel = Channel(try ByteRing(capacity: 3 << 20))
    let total = 2_000_000
    let producer = try Thread.start(name: "producer") { channel.produce(total, piece: 7_000) }
    let isRight = channel.consume(total, pausing: 50)
    producer.join()
    #expect(isRight)
  }

  final class Channel: Sendable {
    let ring: ByteRing

    init(_ ring: consuming ByteRing) { self.ring = ring }

    /// How often either side waits for the other before it gives up: some ten seconds.
    private static let maxPauses = 100_000

    /// Numbers of 8 bytes in pieces of one to so many.
    func produce(_ total: Int, piece: UInt64 = 64) {
      var next: UInt64 = 0
      var pauses = 0
      while next < total, pauses < Self.maxPauses {
        let count = min(1 + Int(next % piece), total - Int(next))
        let isAppended = ring.append(count: count * 8) { output in
          for number in 0..<count { output.append(bigEndian: next + UInt64(number)) }
        }
        if isAppended { next += UInt64(count) } else { pause(&pauses) }
      }
    }

    /// False where something else came, or not all of it in time.
    /// - Parameter pausing: once in so many looks it lets the backlog grow.
    func consume(_ total: Int, pausing: Int = .max) -> Bool {
      var expected: UInt64 = 0
      var isRight = true
      var (looks, pauses) = (0, 0)
      while expected < total, pauses < Self.maxPauses {
        let count = check(ring, &expected, &isRight)
        ring.consume(count)
        looks += 1
        if count == 0 { pause(&pauses) }
        if looks.isMultiple(of: pausing) { waitForBacklog(total, expected, &pauses) }
      }
      return isRight && expected == total
    }

    /// Until half of the ring is in use, or all that is left.
    private func waitForBacklog(_ total: Int, _ expected: UInt64, _ pauses: inout Int) {
      let backlog = min(ring.capacity / 2, (total - Int(expected)) * 8)
      while ring.usedCount < backlog, pauses < Self.maxPauses { pause(&pauses) }
    }

    private func pause(_ pauses: inout Int) {
      pauses += 1
      Thread.sleep(nanoseconds: 50_000)
    }

    private func check(_ ring: borrowing ByteRing, _ expected: inout UInt64, _ isRight: inout Bool) -> Int {
      let bytes = ring.readable
      for start in stride(from: 0, to: bytes.count, by: 8) {
        var number: UInt64 = 0
        for index in start..<start + 8 { number = number << 8 | UInt64(bytes[index]) }
        isRight = isRight && number == expected
        expected += 1
      }
      return bytes.count
    }
  }
}
