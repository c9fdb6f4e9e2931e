import Testing

@testable import Replication

@Suite final class HandshakeRatesTests {
  private var rates = HandshakeRates(perSecond: 10)

  /// How many of a hundred are let in.
  private func attempts(of host: String, at time: Duration) -> Int {
    (0..<100).count { _ in rates.take(host, now: time) }
  }

  @Test("a host has ten a second, twenty after a rest, whatever others do")
  func rate() {
    #expect(attempts(of: "a", at: .seconds(1)) == 20)
    #expect(attempts(of: "b", at: .seconds(1)) == 20)
    #expect(attempts(of: "a", at: .seconds(2)) == 10)
  }

  @Test("a flood from a thousand hosts makes it forget the quiet ones, not one that is loud")
  func bounded() {
    #expect(attempts(of: "loud", at: .zero) == 20)
    for number in 1..<1000 {
      #expect(attempts(of: "\(number)", at: .milliseconds(number)) == 20)
      #expect(attempts(of: "loud", at: .milliseconds(number)) <= 1)
    }
  }
}
