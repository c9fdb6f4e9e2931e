import Platform
import Testing

@testable import Replication

@Suite struct ByteRingTests {
  /// A ring in a class, which the expectation macros can look into.
  private final class Tape: Sendable {
    let ring: ByteRing

    init(_ capacity: Int) throws { ring = try ByteRing(capacity: capacity) }

    func append(_ bytes: [UInt8]) -> Bool { ring.append(count: bytes.count) { $0.append(copying: bytes.span) } }

    func take(_ most: Int = .max) -> [UInt8] { Self.take(ring, most) }

    private static func take(_ ring: borrowing ByteRing, _ most: Int) -> [UInt8] {
      let bytes = [UInt8](copying: ring.readable)
      let count = min(bytes.count, most)
      ring.consume(count)
      return Array(bytes.prefix(count))
    }

    var isEmpty: Bool { ring.isEmpty }
    var usedCount: Int { ring.usedCount }
    var appended: UInt64 { ring.appended }
  }

  @Test("what is appended is read in order, and an empty ring reads empty")
  func order() throws {
    let ring = try Tape(4096)
    #expect(ring.isEmpty && ring.take() == [])
    #expect(ring.append([1, 2]) && ring.append([3]))
    #expect(ring.usedCount == 3)
    #expect(ring.take() == [1, 2, 3])
    #expect(ring.isEmpty)
  }

  @Test("what does not fit is refused whole, and fits when there is room again")
  func full() throws {
    let ring = try Tape(4096)
    #expect(ring.append([UInt8](repeating: 1, count: 2000)))
    #expect(ring.append([UInt8](repeating: 1, count: 1000)))
    #expect(!ring.append([UInt8](repeating: 2, count: 1200)))
    #expect(ring.append([UInt8](repeating: 3, count: 1000)))
    #expect(ring.take().count == 4000)
    #expect(ring.append([UInt8](repeating: 4, count: 1200)))
  }

  @Test("an entry never breaks in two at the end of the memory, and half the capacity always fits an empty ring")
  func laps() throws {
    let ring = try Tape(4096)
    for (number, length) in [1000, 1000, 1000, 1000, 500, 96, 2048, 1, 33, 2000, 2001, 2048, 2048].enumerated() {
      let entry = [UInt8](repeating: UInt8(number), count: length)
      if !ring.append(entry) {
        #expect(!ring.take().isEmpty)
        _ = ring.take()
        #expect(ring.isEmpty && ring.append(entry))
      }
      #expect(ring.usedCount <= 4096)
    }
    #expect(ring.take().suffix(2048) == [UInt8](repeating: 12, count: 2048))
  }

  @Test("an empty ring begins at its first pages again, so it touches no more of them than it must")
  func rewinds() throws {
    let ring = try Tape(1 << 20)
    var positions: Set<UInt64> = []
    for _ in 0..<1000 {
      #expect(ring.append([UInt8](repeating: 1, count: 1000)))
      positions.insert(ring.appended % (1 << 20))
      _ = ring.take()
    }
    #expect(positions.max().map { $0 < 70_000 } == true)
  }

  @Test("random appends and takes keep every byte in its place", arguments: [UInt64.random(in: 0...UInt64.max)])
  func random(seed: UInt64) throws {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let ring = try Tape(8192)
    var sent = 0
    var seen = 0
    for _ in 0..<4000 {
      let count = Int.random(in: 1...3000, using: &random)
      let entry = (0..<count).map { UInt8(truncatingIfNeeded: sent + $0) }
      if ring.append(entry) { sent += count }
      if Bool.random(using: &random) { continue }
      let bytes = ring.take(Int.random(in: 0...8192, using: &random))
      for (index, byte) in bytes.enumerated() where byte != UInt8(truncatingIfNeeded: seen + index) {
        Issue.record("byte \(seen + index) is wrong")
        return
      }
      seen += bytes.count
    }
    #expect(seen <= sent && seen > 100_000)
  }

  @Test("one thread appends, another takes, also long backlogs whose memory is given back meanwhile")
  func twoThreads() throws {
    let shared = try Tape(3 << 20)
    let total = 40 << 20
    let writer = try Thread.start(name: "writer") {
      var random = SplitMix64(seed: 7)
      var sent = 0
      while sent < total {
        let count = min(Int.random(in: 1...60_000, using: &random), total - sent)
        let fits = shared.ring.append(count: count) { $0.append(repeating: 7, count: count) }
        if fits { sent += count } else { Thread.sleep(nanoseconds: 10_000) }
      }
    }
    var seen = 0
    var foreign = 0
    var pauses = SplitMix64(seed: 8)
    while seen < total {
      let taken = Self.takeAll(shared.ring)
      seen += taken.count
      foreign += taken.foreign
      if Int.random(in: 0..<50, using: &pauses) == 0 { Thread.sleep(nanoseconds: 3_000_000) }
    }
    writer.join()
    #expect(foreign == 0 && shared.isEmpty)
  }

  /// Memory that was given back too early reads as zero. Every 64th byte is looked at, for time's sake.
  private static func takeAll(_ ring: borrowing ByteRing) -> (count: Int, foreign: Int) {
    let bytes = ring.readable
    var foreign = 0
    for index in stride(from: 0, to: bytes.count, by: 64) where bytes[index] != 7 { foreign += 1 }
    ring.consume(bytes.count)
    return (bytes.count, foreign)
  }
}
