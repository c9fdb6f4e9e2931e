import KeyDistribution
import Testing

@testable import MemcacheClientCore

@Suite("Requests to a pair")
struct PairRequestsTests {
  @Test("reads and writes go to the first")
  func first() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.get(1)
    play.set(2)
    #expect(!play.takeSent(a).isEmpty)
    #expect(play.takeSent(b).isEmpty)
  }

  @Test("where the first dies what may be repeated goes to the second at once, the rest is unknown")
  func death() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.get(1)
    play.set(2)
    play.incr(3)
    play.close(a)
    #expect(play.results == [3: .failure(.outcomeUnknown)])
    play.answer(b, "EN\r\nHD O5\r\n")
    #expect(play.results[1] == .success(.item(nil)) && play.results[2] == .success(.stored))
    #expect(play.notes.contains(.moved(server: 0, to: .second)))
  }

  @Test("who moved stays until the first streams again")
  func filling() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.close(a)
    let again = play.accept(1, state: "copy")
    play.set(1)
    #expect(!play.takeSent(b).isEmpty && play.takeSent(again).isEmpty)
    play.answer(b, "HD O1\r\n")
    play.pass(.milliseconds(100))
    #expect(play.takeSent(again) == "stats replication\r\n")
    play.answer(again, "STAT state stream\r\nEND\r\n")
    play.set(2)
    #expect(!play.takeSent(again).isEmpty)
  }

  @Test("a read that takes longer than the others is asked of both, the first answer counts")
  func hedged() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    for id in 1...16 {
      play.get(UInt64(id))
      play.pass(.milliseconds(1))
      play.answer(a, "EN\r\n")
    }
    play.get(100)
    _ = play.takeSent(a)
    play.pass(.milliseconds(2))
    #expect(play.takeSent(b) == "mg k f c v O18\r\n")
    play.answer(b, "VA 1 f0 c1 O18\r\nx\r\n")
    #expect(play.results[100]?.isHit == true)
    play.answer(a, "EN\r\n")
    #expect(play.closed.isEmpty)
  }

  @Test("a miss of the second is not believed while the first may answer")
  func hedgedMiss() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.get(1)
    play.pass(.milliseconds(51))
    play.answer(b, "EN\r\n")
    #expect(play.results[1] == nil)
    play.answer(a, "VA 1 f0 c1 O1\r\nx\r\n")
    #expect(play.results[1]?.isHit == true)
  }

  @Test("a first that hangs is left; writes go to the second when that is noticed")
  func hangs() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.set(1)
    play.incr(2)
    play.pass(.milliseconds(501))
    #expect(play.closed == [a])
    #expect(play.results == [2: .failure(.outcomeUnknown)])
    play.answer(b, "HD O3\r\n")
    #expect(play.results[1] == .success(.stored))
  }

  @Test("after a move a miss is asked for on the other side, too")
  func crossing() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.close(a)
    let again = play.accept(1)
    play.get(1)
    #expect(!play.takeSent(again).isEmpty)
    play.answer(again, "EN\r\n")
    #expect(play.results[1] == nil)
    play.answer(b, "VA 1 f0 c1 O2\r\nx\r\n")
    #expect(play.results[1]?.isHit == true)
    play.pass(.seconds(2))
    play.get(2)
    play.answer(again, "EN\r\n")
    #expect(play.results[2] == .success(.item(nil)))
  }

  @Test("both down, both are tried at once, and only then it fails")
  func bothDown() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.close(a)
    play.refuse(1)
    play.get(1)
    play.close(b)
    #expect(play.results.isEmpty)
    play.pass(.milliseconds(1))
    #expect(Set(play.connecting.map(\.address.port)) == [1, 2])
    play.refuse(2)
    #expect(play.results.isEmpty)
    play.refuse(1)
    #expect(play.results[1] == .failure(.unavailable("no server lives")))
  }

  @Test("with both down a request waits for the one that is back")
  func oneBack() {
    var play = Play("1|2")
    let (a, b) = (play.accept(1), play.accept(2))
    play.close(a)
    play.refuse(1)
    play.close(b)
    play.get(1)
    play.pass(.milliseconds(1))
    play.refuse(2)
    let again = play.accept(1, state: "listen")
    play.answer(again, "EN\r\n")
    #expect(play.results[1] == .success(.item(nil)))
  }

  @Test("at the start the second answers after a moment where the first is not there")
  func start() {
    var play = Play("1|2")
    let b = play.accept(2)
    play.get(1)
    play.pass(.milliseconds(99))
    #expect(play.takeSent(b).isEmpty)
    play.pass(.milliseconds(2))
    #expect(!play.takeSent(b).isEmpty)
  }
}

extension Result where Success == Outcome {
  fileprivate var isHit: Bool { if case .success(.item(_?)) = self { true } else { false } }
}
