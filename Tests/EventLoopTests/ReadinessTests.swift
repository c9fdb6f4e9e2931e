import EventLoop
import Testing

@Suite("Readiness")
struct ReadinessTests {
  @Test("is what a socket can be read from, written to, both or neither")
  func sets() {
    let both: Readiness = [.readable, .writable]
    #expect(both.contains(.readable) && both.contains(.writable))
    #expect(both.subtracting(.readable) == .writable)
    #expect(Readiness() == [])
  }
}
