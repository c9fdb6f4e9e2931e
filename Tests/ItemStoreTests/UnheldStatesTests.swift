import Testing

@testable import ItemStore

@Suite("What is not held here and the peer has")
struct UnheldStatesTests {
  private let hash: UInt64 = 5 << 60
  private let other: UInt64 = 6 << 60

  private func stamp(_ value: UInt64) -> Stamp { Stamp(rawValue: value) }

  @Test("Older states of a noted key are kept out, newer ones and other keys are not")
  func older() throws {
    let unheld = try UnheldStates()
    unheld.beginLink()
    #expect(!unheld.covers(hash, stamp(1), settled: .zero))
    unheld.note(hash, stamp(10))
    unheld.note(hash, stamp(8))
    #expect(unheld.covers(hash, stamp(9), settled: .zero) && !unheld.covers(hash, stamp(10), settled: .zero))
    #expect(!unheld.covers(other, stamp(9), settled: .zero))
  }

  @Test("Until it has settled, each by itself")
  func settled() throws {
    let unheld = try UnheldStates()
    unheld.beginLink()
    unheld.note(hash, stamp(10))
    unheld.note(other, stamp(20))
    #expect(unheld.covers(hash, stamp(1), settled: stamp(9)) && !unheld.covers(hash, stamp(1), settled: stamp(10)))
    #expect(unheld.covers(other, stamp(1), settled: stamp(10)))
  }

  @Test("With the link it ends, and begins anew with the next")
  func link() throws {
    let unheld = try UnheldStates()
    unheld.note(hash, stamp(10))
    unheld.beginLink()
    #expect(!unheld.covers(hash, stamp(9), settled: .zero))
    unheld.note(hash, stamp(10))
    unheld.endLink()
    unheld.beginLink()
    #expect(!unheld.covers(hash, stamp(9), settled: .zero))
    unheld.note(hash, stamp(10))
    #expect(unheld.covers(hash, stamp(9), settled: .zero))
  }
}
