import ItemStore
import Testing

@testable import Replication

@Suite struct ClockAgreementTests {
  private static let now: UInt64 = 1_700_000_000_000_000
  private static let second: Int64 = 1_000_000

  /// Seconds from now.
  private func side(wall: Int64 = 0, stamps: Int64) -> ClockReading {
    let unix = { UInt64(Int64(Self.now) + $0 * Self.second) }
    return ClockReading(unixMicroseconds: unix(wall), highestStamp: Stamp(endOfTick: unix(stamps)))
  }

  private func agreement(_ local: ClockReading, _ peer: ClockReading, without rule: PairRules = []) -> ClockAgreement {
    ClockAgreement(local: local, peer: peer, tolerance: 60_000_000, rules: PairRules.all.subtracting(rule))
  }

  @Test("within the tolerance both believe each other", arguments: [-3600, -1, 0, 30, 58] as [Int64])
  func near(stamps: Int64) {
    let agreement = agreement(side(stamps: stamps), side(wall: -1, stamps: -5))
    #expect(agreement.isBelieved && agreement.believesPeer && agreement.ahead == 0 && agreement.restampsAbove == nil)
  }

  @Test(
    "the one that is ahead gives new stamps above the other's clock, and only it",
    arguments: [61, 3600, 86_400] as [Int64])
  func oneAhead(stamps: Int64) {
    let (ahead, right) = (side(stamps: stamps), side(stamps: -5))
    #expect(agreement(ahead, right).restampsAbove == right.highestStamp)
    #expect(agreement(right, ahead).restampsAbove == nil && !agreement(right, ahead).believesPeer)
    #expect(agreement(ahead, right, without: .restamp).restampsAbove == nil)
    let elsewhere = agreement(ahead, right, without: .restampAbovePeer).restampsAbove
    #expect(elsewhere == Stamp(endOfTick: Self.now + 120_000_000))
    #expect(agreement(right, ahead, without: .tolerance).believesPeer)
  }

  @Test("both far ahead keep their stamps, and each believes its own clock and the tolerance")
  func together() {
    let (one, other) = (side(stamps: 3600), side(stamps: 3590))
    for agreement in [agreement(one, other), agreement(other, one)] {
      #expect(agreement.isBelieved && agreement.believesPeer && agreement.restampsAbove == nil)
      #expect(agreement.ahead > 3_580_000_000 && agreement.ahead <= 3_600_000_000)
    }
    let without = agreement(one, other, without: .aheadTogether)
    #expect(!without.isBelieved && !without.believesPeer && without.ahead == 0 && without.restampsAbove == nil)
  }

  @Test("both far ahead, by different amounts: the one further ahead gives new stamps above the other's clock")
  func differently() {
    let (far, near) = (side(stamps: 86_400), side(stamps: 3600))
    #expect(agreement(far, near).restampsAbove == near.highestStamp)
    #expect(agreement(near, far).restampsAbove == nil && agreement(near, far).isBelieved)
  }

  @Test("ahead by once to twice the tolerance, and with the peer: the join waits")
  func between() {
    let (one, other) = (side(stamps: 90), side(stamps: 90))
    let now = agreement(one, other)
    #expect(!now.isBelieved && !now.believesPeer && now.restampsAbove == nil && now.ahead == 0)
    let later = agreement(side(wall: 31, stamps: 90), side(wall: 31, stamps: 90))
    #expect(later.isBelieved && later.believesPeer)
    let right = side(stamps: 0)
    #expect(agreement(one, right).restampsAbove == right.highestStamp, "with a peer that was right it need not wait")
  }

  @Test("no reading makes it trap", arguments: [0, 1, .max] as [UInt64])
  func absurd(unix: UInt64) {
    for stamp in [Stamp.zero, Stamp(rawValue: 1), .greatest] {
      let absurd = ClockReading(unixMicroseconds: unix, highestStamp: stamp)
      for (local, peer) in [(absurd, side(stamps: 0)), (side(stamps: 0), absurd), (absurd, absurd)] {
        let agreement = agreement(local, peer)
        _ = (agreement.isBelieved, agreement.believesPeer, agreement.restampsAbove, agreement.ahead)
      }
    }
  }
}
