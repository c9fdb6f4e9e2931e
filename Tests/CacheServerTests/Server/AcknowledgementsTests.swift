import ItemStore
import Testing

@testable import CacheServer

@Suite("Acknowledgements")
struct AcknowledgementsTests {
  @Test("Without a peer, and without -o repl_ack, everything counts as acknowledged") func off() {
    let off = Acknowledgements(limit: nil)
    off.note(.zero)
    #expect(!off.isOn && off.has(.greatest))
    let alone = Acknowledgements(limit: .seconds(1))
    #expect(alone.isOn && alone.has(.greatest))
  }

  @Test("What the peer has is what it acknowledged last") func noted() {
    let acknowledgements = Acknowledgements(limit: .seconds(1))
    acknowledgements.note(Stamp(rawValue: 100))
    #expect(acknowledgements.has(Stamp(rawValue: 100)))
    #expect(!acknowledgements.has(Stamp(rawValue: 101)))
    acknowledgements.note(.greatest)
    #expect(acknowledgements.has(Stamp(rawValue: 101)))
  }
}
