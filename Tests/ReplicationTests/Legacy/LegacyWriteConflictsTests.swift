import Testing

@testable import Replication

@Suite struct LegacyWriteConflictsTests {
  private let key: [UInt8] = [107]

  @Test("what the peer says soon after this side is said again when it has been quiet, and once")
  func repeated() {
    var conflicts = LegacyWriteConflicts()
    conflicts.noteSent(7, now: .microseconds(1_000))
    conflicts.notePeerWrite(key.span, 7, now: .microseconds(2_000))
    conflicts.notePeerWrite(key.span, 7, now: .microseconds(100_000))
    #expect(conflicts.takeDue(now: .microseconds(202_000)).isEmpty)
    #expect(conflicts.takeDue(now: .microseconds(300_000)) == [key])
    #expect(conflicts.takeDue(now: .microseconds(900_000)).isEmpty && conflicts.due.isEmpty)
  }

  @Test("what the peer says of itself, or long after this side, is not said again")
  func alone() {
    var conflicts = LegacyWriteConflicts()
    conflicts.notePeerWrite(key.span, 7, now: .microseconds(1))
    conflicts.noteSent(7, now: .microseconds(1))
    conflicts.notePeerWrite(key.span, 7, now: .microseconds(2) + LegacyWriteConflicts.window)
    #expect(conflicts.due.isEmpty)
  }

  @Test("after a flush any line may have crossed it")
  func flushed() {
    var conflicts = LegacyWriteConflicts()
    conflicts.noteFlushed(now: .zero)
    conflicts.notePeerWrite(key.span, 7, now: .microseconds(5))
    #expect(!conflicts.due.isEmpty)
  }

  @Test("each repeat asks for twice the quiet, so a key that is written all the time is soon left alone")
  func noChain() {
    var conflicts = LegacyWriteConflicts()
    conflicts.noteSent(7, now: .zero)
    var repeats = 0
    for time in stride(from: Int64(0), to: 60_000_000, by: 250_000) {
      conflicts.notePeerWrite(key.span, 7, now: .microseconds(time))
      for _ in conflicts.takeDue(now: .microseconds(time + 249_000)) {
        repeats += 1
        conflicts.noteRepeated(7, now: .microseconds(time + 249_000), quiet: conflicts.quiet(7))
      }
    }
    #expect(repeats == 1)
    #expect(conflicts.takeDue(now: .microseconds(70_000_000)).count == 1)
  }

  @Test("it remembers no more keys than its bound")
  func bound() {
    var conflicts = LegacyWriteConflicts()
    conflicts.noteSent(7, now: .zero)
    for number in 0..<20_000 { conflicts.notePeerWrite([UInt8]("k\(number)".utf8).span, 7, now: .microseconds(1)) }
    #expect(conflicts.takeDue(now: .seconds(60)).count == LegacyWriteConflicts.maxDue)
  }
}
