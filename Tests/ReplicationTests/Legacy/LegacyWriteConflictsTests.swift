import Testing

@testable import Replication

@Suite struct LegacyWriteConflictsTests {
  private let key: [UInt8] = [107]

  @Test("what the peer says soon after me is said again when it has been quiet, and once")
  func repeated() {
    var writeConflicts = LegacyWriteConflicts()
    writeConflicts.noteSent(7, now: 1_000)
    writeConflicts.notePeerWrite(key.span, 7, now: 2_000)
    writeConflicts.notePeerWrite(key.span, 7, now: 100_000)
    #expect(writeConflicts.takeDue(now: 202_000).isEmpty)
    #expect(writeConflicts.takeDue(now: 300_000) == [key])
    #expect(writeConflicts.takeDue(now: 900_000).isEmpty && writeConflicts.isEmpty)
  }

  @Test("what the peer says of itself, or long after me, is not said again")
  func alone() {
    var writeConflicts = LegacyWriteConflicts()
    writeConflicts.notePeerWrite(key.span, 7, now: 1)
    writeConflicts.noteSent(7, now: 1)
    writeConflicts.notePeerWrite(key.span, 7, now: 2 + LegacyWriteConflicts.window)
    #expect(writeConflicts.isEmpty)
  }

  @Test("after a flush of mine any line may have crossed it")
  func flushed() {
    var writeConflicts = LegacyWriteConflicts()
    writeConflicts.noteFlushed(now: 0)
    writeConflicts.notePeerWrite(key.span, 7, now: 5)
    #expect(!writeConflicts.isEmpty)
  }

  @Test("each repeat asks for twice the quiet, so a key that is written all the time is soon left alone")
  func noChain() {
    var writeConflicts = LegacyWriteConflicts()
    writeConflicts.noteSent(7, now: 0)
    var repeats = 0
    for time in stride(from: UInt64(0), to: 60_000_000, by: 250_000) {
      writeConflicts.notePeerWrite(key.span, 7, now: time)
      for _ in writeConflicts.takeDue(now: time + 249_000) {
        repeats += 1
        writeConflicts.noteRepeated(7, now: time + 249_000, quiet: writeConflicts.quiet(7))
      }
    }
    #expect(repeats == 1)
    #expect(writeConflicts.takeDue(now: 70_000_000).count == 1)
  }

  @Test("it remembers no more keys than its bound")
  func bound() {
    var writeConflicts = LegacyWriteConflicts()
    writeConflicts.noteSent(7, now: 0)
    for number in 0..<20_000 { writeConflicts.notePeerWrite([UInt8]("k\(number)".utf8).span, 7, now: 1) }
    #expect(writeConflicts.takeDue(now: .max).count == LegacyWriteConflicts.maxDue)
  }
}
