import Platform
import Testing

@Suite("A stable box")
struct StableBoxTests {
  @Test("is changed in place and gives results and errors back")
  func changes() {
    struct Refused: Error {}
    let box = StableBox(41)
    box.with { $0 += 1 }
    #expect(box.with { $0 } == 42)
    #expect(throws: Refused.self) { try box.with { _ in throw Refused() } }
  }

  @Test("holds what cannot be copied, and destroys it once")
  func noncopyable() {
    let witness = Witness()
    do {
      let box = StableBox(Tracked(witness))
      box.with { $0.number += 1 }
      #expect(witness.destroyed == 0)
    }
    #expect(witness.destroyed == 1)
  }
}
