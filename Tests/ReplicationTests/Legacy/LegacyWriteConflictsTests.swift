import Testing

@testable import Replication

@Suite struct LegacyCrossingsTests {
  private let key: [UInt8] = [107]

  @Test("what the peer says soon after me is said again when it has been quiet, and once")
  func repeated() {
    var crossings = LegacyCrossings()
    crossings.noteSent(7, now: 1_000)
    crossings.heard(key.span, 7, now: 2_000)
    crossings.heard(key.span, 7, now: 100_000)
    #expect(crossings.takeDue(now: 202_000).isEmpty)
    #expect(crossings.takeDue(now: 300_000) == [key])
    #expect(crossings.takeDue(now: 900_000).isEmpty && crossings.isEmpty)
  }

  @Test("what the peer says of itself, or long after me, is not said again")
  func alone() {
    var crossings = LegacyCrossings()
    crossings.heard(key.span, 7, now: 1)
    crossings.noteSent(7, now: 1)
    crossings.heard(key.span, 7, now: 2 + LegacyCrossings.window)
    #expect(crossings.isEmpty)
  }

  @Test("after a flush of mine any line may have crossed it")
  func flushed() {
    var crossings = LegacyCrossings()
    crossings.noteFlushed(now: 0)
    crossings.heard(key.span, 7, now: 5)
    #expect(!crossings.isEmpty)
  }

  @Test("each repeat asks for twice the quiet, so a key that is written all the time is soon left alone")
  func noChain() {
    var crossings = LegacyCrossings()
    crossings.noteSent(7, now: 0)
    var repeats = 0
    for time in stride(from: UInt64(0), to: 60_000_000, by: 250_000) {
      crossings.heard(key.span, 7, now: time)
      for _ in crossings.takeDue(now: time + 249_000) {
        repeats += 1
        crossings.noteRepeated(7, now: time + 249_000, quiet: crossings.quiet(7))
      }
    }
    #expect(repeats == 1)
    #expect(crossings.takeDue(now: 70_000_000).count == 1)
  }

  @Test("it remembers no more keys than its bound")
  func bound() {
    var crossings = LegacyCrossings()
    crossings.noteSent(7, now: 0)
    for number in 0..<20_000 { crossings.heard([UInt8]("k\(number)".utf8).span, 7, now: 1) }
    #expect(crossings.takeDue(now: .max).count == LegacyCrossings.mostDue)
  }
}
