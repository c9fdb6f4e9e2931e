import Testing

/// The order of states that a random run's verdict goes by: what is wrong here would let a fault through.
@Suite("What a random run knows of the order of states")
struct ChaosVersionsTests {
  /// The first writer has written 0.1+ fresh, has appended 0.2+, has written 0.3+ by cas over what it had then, and 0.4+ fresh.
  private var versions: ChaosVersions {
    var notes = ChaosWriter.Notes()
    notes.kinds = [.fresh, .extending, .compared(20), .fresh]
    notes.sightings = [(10, "0.1+"), (20, "0.1+0.2+"), (30, "0.3+"), (25, "0.4+xx+")].map {
      stamp, text in
      Sighting(
        key: 1, stamp: stamp, content: 0, tokens: ChaosToken.all(in: text) ?? [], freshAbove: 0,
        side: .a,
        killsBefore: 0)
    }
    return ChaosVersions([notes])
  }

  private func version(_ changed: UInt64, _ text: String, above: UInt64 = 0) -> ChaosVersion {
    versions.version(1, changed, ChaosToken.all(in: text) ?? [], above: above)
  }

  @Test("what is appended to a fresh value, and what replaces it by cas, has its fresh stamp")
  func derived() {
    for (changed, text) in [(10, "0.1+"), (20, "0.1+0.2+"), (30, "0.3+"), (40, "0.3+0.2+")]
      as [(UInt64, String)]
    {
      let found = version(changed, text)
      #expect(found.freshFrom == 10 && found.freshTo == 10 && found.changed == changed)
      #expect(
        found.isOlder(than: version(25, "0.4+xx+")) && !version(25, "0.4+xx+").isOlder(than: found))
    }
    #expect(version(10, "0.1+").isOlder(than: version(20, "0.1+0.2+")))
    #expect(!version(20, "0.1+0.2+").isOlder(than: version(20, "0.1+0.2+")))
  }

  @Test("of a number, and of what nobody has shown, only bounds are known")
  func unknown() {
    let number = version(50, "17", above: 40)
    #expect(number.freshFrom == 41 && number.freshTo == 50)
    #expect(version(30, "17").isOlder(than: number) && !version(45, "17").isOlder(than: number))
    #expect(!number.isOlder(than: version(60, "17")))
    #expect(ChaosToken.all(in: "17") == nil && ChaosToken.all(in: "0.1+xx+2.5+")?.count == 2)
  }
}
