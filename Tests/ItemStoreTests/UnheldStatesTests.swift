import Testing

@testable import ItemStore

@Suite("What is not held here and the peer has")
struct UnheldStatesTests {
  private let hash: UInt64 = 5 << 60
  private let other: UInt64 = 6 << 60

  private func stamp(_ value: UInt64) -> Stamp { Stamp(rawValue: value) }
  private func state(_ value: UInt64) -> Version { Version(value) }

  @Test("Older states of a noted key are kept out, newer ones and other keys are not")
  func older() throws {
    let unheld = try UnheldStates()
    unheld.beginLink()
    #expect(!unheld.covers(hash, state(1), settled: .zero))
    unheld.note(hash, state(10))
    unheld.note(hash, state(8))
    #expect(unheld.covers(hash, state(9), settled: .zero) && !unheld.covers(hash, state(10), settled: .zero))
    #expect(!unheld.covers(other, state(9), settled: .zero))
  }

  @Test("Until it has settled, each by itself")
  func settled() throws {
    let unheld = try UnheldStates()
    unheld.beginLink()
    unheld.note(hash, state(10))
    unheld.note(other, state(20))
    #expect(unheld.covers(hash, state(1), settled: stamp(9)) && !unheld.covers(hash, state(1), settled: stamp(10)))
    #expect(unheld.covers(other, state(1), settled: stamp(10)))
  }

  @Test("What was derived from an older write is older, whatever its last stamp; that one has to settle, too")
  func derived() throws {
    for isRuled in [true, false] {
      let unheld = try UnheldStates(rules: isRuled ? .all : .all.subtracting(.order))
      unheld.beginLink()
      unheld.note(hash, state(10))
      #expect(unheld.covers(hash, Version(12, fresh: 9), settled: .zero) == isRuled)
      #expect(!unheld.covers(hash, Version(12, fresh: 10), settled: .zero))
      unheld.note(hash, Version(20, fresh: 9))
      #expect(unheld.covers(hash, state(10), settled: .zero) != isRuled)
      #expect(unheld.covers(hash, state(9), settled: stamp(19)) && !unheld.covers(hash, state(9), settled: stamp(20)))
    }
  }

  @Test("A cell speaks of the one key that noted it, of all once a second has, and of one again when that has settled")
  func sharedCell() throws {
    let unheld = try UnheldStates()
    let (neighbour, third) = (hash + 1, hash + 2)
    unheld.beginLink()
    unheld.note(hash, state(10))
    #expect(unheld.covers(hash, state(9), settled: .zero) && !unheld.covers(neighbour, state(9), settled: .zero))
    unheld.note(neighbour, state(8))
    for key in [hash, neighbour, third] { #expect(unheld.covers(key, state(9), settled: .zero)) }
    unheld.note(third, state(20), settled: stamp(10))
    #expect(unheld.covers(third, state(19), settled: stamp(10)) && !unheld.covers(hash, state(9), settled: stamp(10)))
  }

  @Test("With the link it ends, and begins anew with the next")
  func link() throws {
    let unheld = try UnheldStates()
    unheld.note(hash, state(10))
    unheld.beginLink()
    #expect(!unheld.covers(hash, state(9), settled: .zero))
    unheld.note(hash, state(10))
    unheld.endLink()
    unheld.beginLink()
    #expect(!unheld.covers(hash, state(9), settled: .zero))
    unheld.note(hash, state(10))
    #expect(unheld.covers(hash, state(9), settled: .zero))
  }
}
