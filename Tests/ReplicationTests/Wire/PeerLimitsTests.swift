import Testing

@testable import Replication

@Suite struct PeerLimitsTests {
  private let usual = PeerLimits(memory: 64 << 20, maxItemSize: 1 << 20)

  private func changed(_ change: (inout PeerLimits) -> Void) -> PeerLimits {
    var limits = usual
    change(&limits)
    return limits
  }

  @Test("each side tells what it loses itself by the other's smaller limit")
  func smaller() {
    let large = changed { ($0.memory, $0.maxItemSize) = (256 << 20, 1536 << 10) }
    #expect(usual.differences(to: usual) == [] && usual.differences(to: large) == [])
    #expect(
      large.differences(to: usual) == [
        "the peer has -m 64, this side -m 256: what it has no room for is here alone",
        "the peer has -I 1m, this side -I 1536k: larger values are here alone",
      ])
    #expect(changed { $0.maxItemSize = 1 << 20 | 1 }.differences(to: usual)[0].contains("-I 1048577:"))
  }

  @Test("a switch of one side only is told on both, each from its own view")
  func switches() {
    let full = changed { $0.evicts = false }
    #expect(
      usual.differences(to: full) == ["only the peer has -M: when it is full, what is written here is here alone"])
    #expect(
      full.differences(to: usual) == [
        "only this side has -M: when it is full, what is written at the peer is there alone"
      ])
    let plain = changed { $0.hasCAS = false }
    #expect(usual.differences(to: plain) == ["only the peer has -C: no cas succeeds there"])
    #expect(plain.differences(to: usual) == ["only this side has -C: no cas succeeds here"])
  }
}
