import TestSupport
import Testing

@testable import ItemStore

@Suite("What is not held here and the peer has")
struct PeerOnlyStatesTests {
  private let hash: UInt64 = 5 << 60
  private let other: UInt64 = 6 << 60

  private func stamp(_ value: UInt64) -> Stamp { Stamp(rawValue: value) }
  private func state(_ value: UInt64) -> Version { Version(value) }

  @Test("Older states of a noted key are kept out, newer ones and other keys are not")
  func older() throws {
    let peerOnly = try PeerOnlyStates()
    peerOnly.beginLink()
    #expect(!peerOnly.covers(hash, state(1), settled: .zero))
    peerOnly.note(hash, state(10))
    peerOnly.note(hash, state(8))
    #expect(peerOnly.covers(hash, state(9), settled: .zero) && !peerOnly.covers(hash, state(10), settled: .zero))
    #expect(!peerOnly.covers(other, state(9), settled: .zero))
  }

  @Test("Until it has settled, each by itself")
  func settled() throws {
    let peerOnly = try PeerOnlyStates()
    peerOnly.beginLink()
    peerOnly.note(hash, state(10))
    peerOnly.note(other, state(20))
    #expect(peerOnly.covers(hash, state(1), settled: stamp(9)) && !peerOnly.covers(hash, state(1), settled: stamp(10)))
    #expect(peerOnly.covers(other, state(1), settled: stamp(10)))
  }

  @Test("What was derived from an older write is older, whatever its last stamp; that one has to settle, too")
  func derived() throws {
    for isRuled in [true, false] {
      let peerOnly = try PeerOnlyStates(rules: isRuled ? .all : .all.subtracting(.order))
      peerOnly.beginLink()
      peerOnly.note(hash, state(10))
      #expect(peerOnly.covers(hash, Version(12, fresh: 9), settled: .zero) == isRuled)
      #expect(!peerOnly.covers(hash, Version(12, fresh: 10), settled: .zero))
      peerOnly.note(hash, Version(20, fresh: 9))
      #expect(peerOnly.covers(hash, state(10), settled: .zero) != isRuled)
      #expect(
        peerOnly.covers(hash, state(9), settled: stamp(19)) && !peerOnly.covers(hash, state(9), settled: stamp(20)))
    }
  }

  @Test("A cell speaks of the one key that noted it, of all once a second has, and of one again when that has settled")
  func sharedCell() throws {
    let peerOnly = try PeerOnlyStates()
    let (neighbour, third) = (hash + 1, hash + 2)
    peerOnly.beginLink()
    peerOnly.note(hash, state(10))
    #expect(peerOnly.covers(hash, state(9), settled: .zero) && !peerOnly.covers(neighbour, state(9), settled: .zero))
    peerOnly.note(neighbour, state(8))
    for key in [hash, neighbour, third] { #expect(peerOnly.covers(key, state(9), settled: .zero)) }
    peerOnly.note(third, state(20), settled: stamp(10))
    #expect(
      peerOnly.covers(third, state(19), settled: stamp(10)) && !peerOnly.covers(hash, state(9), settled: stamp(10)))
  }

  @Test("With the link it ends, and begins anew with the next")
  func link() throws {
    let peerOnly = try PeerOnlyStates()
    peerOnly.note(hash, state(10))
    peerOnly.beginLink()
    #expect(!peerOnly.covers(hash, state(9), settled: .zero))
    peerOnly.note(hash, state(10))
    peerOnly.endLink()
    peerOnly.beginLink()
    #expect(!peerOnly.covers(hash, state(9), settled: .zero))
    peerOnly.note(hash, state(10))
    #expect(peerOnly.covers(hash, state(9), settled: .zero))
  }

  @Test("A larger one has more cells: fewer keys share one")
  func cells() throws {
    func shared(byteCount: Int) throws -> Int {
      let peerOnly = try PeerOnlyStates(byteCount: byteCount)
      peerOnly.beginLink()
      var random = SeededRandom(seed: 1)
      for _ in 0..<50_000 { peerOnly.note(random.next(), state(10)) }
      return (0..<1_000).count { _ in peerOnly.covers(random.next(), state(9), settled: .zero) }
    }
    let (few, many) = try (shared(byteCount: 0), shared(byteCount: 16 << 20))
    #expect(few > 700 && many < 50)
  }
}
