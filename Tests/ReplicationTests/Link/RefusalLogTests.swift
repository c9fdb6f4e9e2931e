import Testing

@testable import Replication

@Suite final class RefusalLogTests {
  private var log = RefusalLog()

  /// The line of one refusal, if it has one.
  private func refuse(_ host: String, at second: Int, _ reason: GoodbyeReason = .malformed) -> String? {
    log.note(RefusalLog.Key(host: host, reason: reason), "refused \(host)", now: .seconds(second))
  }

  private func tick(at second: Int) -> [String] { log.tick(now: .seconds(second)) }

  @Test("one host and one reason are told once, and a minute later how often it was since")
  func counted() {
    #expect(refuse("a", at: 0) == "refused a")
    for second in 0..<50 { #expect(refuse("a", at: second) == nil) }
    #expect(tick(at: 59) == [])
    #expect(tick(at: 60) == ["refused a, and 50 times again"])
    #expect(tick(at: 120) == [])
    #expect(refuse("a", at: 121) == "refused a")
  }

  @Test("another reason and another host are told by themselves")
  func distinct() {
    #expect(refuse("a", at: 0) != nil)
    #expect(refuse("a", at: 0, .wrongSecret) != nil)
    #expect(refuse("b", at: 0) != nil)
  }

  @Test("many hosts at once give three lines, then one a second, and the rest is counted")
  func flood() {
    let lines = (0..<1000).compactMap { refuse("\($0)", at: 0) }
    #expect(lines == ["refused 0", "refused 1", "refused 2"])
    #expect(refuse("last", at: 1) == "refused last, and 997 more before it")
    #expect(refuse("very last", at: 1) == nil)
    #expect(tick(at: 2) == ["refused 1 more"])
    #expect(tick(at: 3) == [])
  }

  @Test("ever new hosts for an hour give a line a second")
  func longFlood() {
    let lines = (0..<36_000).reduce(0) { sum, number in
      sum + (refuse("\(number)", at: number / 10) == nil ? 0 : 1) + tick(at: number / 10).count
    }
    #expect(lines <= 3700)
  }
}
