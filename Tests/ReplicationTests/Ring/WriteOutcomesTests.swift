import ItemStore
import Testing

@testable import Replication

@Suite struct WriteOutcomesTests {
  private let outcomes = WriteOutcomes()

  private func states(_ positions: ClosedRange<UInt64>) -> [WriteOutcomes.State] {
    positions.map { outcomes.state(of: $0) }
  }

  private static func stamp(_ number: UInt64) -> Stamp { Stamp(rawValue: number) }

  private func rejections() -> [UInt64] {
    var found: [UInt64] = []
    outcomes.takeRejections { stamp, _ in found.append(stamp.rawValue) }
    return found
  }

  @Test("without a peer nothing waits, with one all that comes after")
  func begins() {
    #expect(states(1...2) == [.released, .released])
    outcomes.begin(at: 1)
    #expect(states(1...2) == [.released, .waiting])
    outcomes.noteStreamed(upTo: 2)
    #expect(states(1...3) == [.released, .acknowledged, .waiting])
    outcomes.release()
    #expect(states(2...3) == [.acknowledged, .released])
  }

  @Test("what was lost waits for the copy, and what comes after it does not")
  func lost() {
    outcomes.begin(at: 0)
    outcomes.noteStreamed(upTo: 1)
    outcomes.begin(at: 3)
    #expect(states(2...4) == [.awaitsCopy, .awaitsCopy, .waiting])
    outcomes.noteStreamed(upTo: 4)
    #expect(states(2...4) == [.awaitsCopy, .awaitsCopy, .acknowledged])
    outcomes.noteCopied(upTo: 3)
    #expect(states(1...5) == [.acknowledged, .acknowledged, .acknowledged, .acknowledged, .waiting])
  }

  @Test("it is news when more is known, once")
  func news() {
    outcomes.begin(at: 0)
    #expect(!outcomes.takeChange())
    outcomes.noteStreamed(upTo: 2)
    #expect(outcomes.takeChange() && !outcomes.takeChange())
    outcomes.noteStreamed(upTo: 2)
    #expect(!outcomes.takeChange())
    outcomes.release()
    #expect(outcomes.takeChange())
  }

  @Test("of rejections it keeps what may be this worker's, and somebody waits for")
  func rejected() {
    outcomes.noteAnswered(upTo: Self.stamp(10))
    for stamp: UInt64 in [5, 10, 11, 20, 21] { outcomes.reject(Self.stamp(stamp), .refused, newest: Self.stamp(20)) }
    #expect(rejections() == [11, 20])
    #expect(rejections() == [])
  }

  @Test("of refusals it keeps all, of others a few thousand while no worker asks")
  func bounded() {
    for rejection in [WriteOutcomes.Rejection.outOfMemory, .overtaken, .refused] {
      for number in 1...20_000 as ClosedRange<UInt64> {
        outcomes.reject(Self.stamp(number), rejection, newest: .greatest)
      }
      #expect((rejections().count == 20_000) == (rejection == .refused))
    }
  }
}
