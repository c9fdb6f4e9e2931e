import Testing

/// The meta commands on a pair: what they change crosses with the item, its marks and its given cas too.
@Suite("Meta commands on a pair", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct MetaPairTests {
  let rig = Rig()

  /// Commands on one side that leave an item under `k`, or none. It was `10`, flags 7, cas 5.
  private static let changes = [
    "ms k 3 T90 F9\r\nnew", "ms k 0\r\n", "ms k 3 C5 E6\r\nnew", "ms k 3 E18446744073709551615\r\nnew",
    "ms k 1 MA\r\n0",
    "ms k 1 MP C5 E7\r\n3", "ms k 1 MR F1\r\n1", "ms k 1 C4 I E9\r\n1", "md k x T90 F3", "md k x E8", "md k I T60",
    "md k I E10", "md k I x", "ma k", "ma k D90 E11 T80", "ma k MD D3 v", "mg k T70", "md k", "ms k 1 T-1\r\n1",
    "mg k T-1",
  ]

  @Test("Every mutating meta command, on either side, leaves the two equal") func everyChange() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      for change in Self.changes {
        #expect(try far.command("ms k 2 F7 E5\r\n10") == "HD")
        #expect(try settled(on: "HD c5") { try near.command("mg k c u") } == "HD c5")
        _ = try near.ask(change + "\r\nmn\r\n", until: "MN\r\n")
        #expect(try pair.becomesEqual(), "\(change)")
        let seen = try near.ask("me k\r\nget k\r\nmn\r\n", until: "MN\r\n")
        #expect(
          try Self.comparable(far.ask("me k\r\nget k\r\nmn\r\n", until: "MN\r\n")) == Self.comparable(seen), "\(change)"
        )
      }
      _ = try near.ask("mg new N90 E3\r\nma count N0 J7 E4\r\nms list 1 MA N60\r\n1\r\nmn\r\n", until: "MN\r\n")
      #expect(try pair.becomesEqual())
      let all = "mg new c s\r\nmg count c v\r\nmg list v\r\nmn\r\n"
      #expect(try far.ask(all, until: "MN\r\n") == "HD c3 s0 Z\r\nVA 1 c4\r\n7\r\nVA 1\r\n1\r\nMN\r\n")
      _ = try far.ask("md new q\r\nmd count q\r\nmd list q\r\nmn\r\n", until: "MN\r\n")
      #expect(try pair.becomesEqual())
    }
  }

  /// Without what each side has of its own: when the item was read, and in which chunk it lies.
  private static func comparable(_ answer: String) -> String {
    let own = ["la=", "fetch=", "exp=", "cls="]
    return answer.split(separator: " ").filter { word in !own.contains { word.hasPrefix($0) } }.joined(separator: " ")
  }

  @Test("One client on the two sides wins the fetching of a value") func recache() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      #expect(try near.command("ms k 2 T100\r\n10") == "HD")
      #expect(try settled(on: "HD") { try far.command("mg k") } == "HD")
      #expect(try near.command("mg k R500") == "HD W")
      #expect(try settled(on: "HD Z") { try far.command("mg k") } == "HD Z")
      #expect(try far.command("mg k R500") == "HD Z")
      #expect(try far.command("ms k 2 T1000\r\n11") == "HD")
      #expect(try settled(on: "HD") { try near.command("mg k R500") } == "HD", "the new value has no mark")
    }
  }

  @Test("What is stale on one side is on the other, and won on one") func stale() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      #expect(try near.command("ms k 2 E40\r\n10") == "HD")
      #expect(try near.command("md k I E41 T90") == "HD")
      // A look at it would win.
      #expect(try settled(on: true) { try far.command("me k").contains(" cas=41 ") })
      #expect(try far.command("mg k c") == "HD c41 X W")
      #expect(try settled(on: true) { try pair.becomesEqual() })
      #expect(try near.command("mg k") == "HD Z X")
      #expect(try near.command("ms k 2 C40 I E42\r\n12") == "HD", "an older value, while the new one is fetched")
      #expect(try settled(on: "HD c42 Z X") { try far.command("mg k c") } == "HD c42 Z X")
      #expect(try far.command("ms k 2 C42\r\n13") == "HD")
      let value = try settled(on: "13\r\n") {
        #expect(try near.command("mg k v").hasPrefix("VA 2"))
        return try near.line()
      }
      #expect(value == "13\r\n")
      _ = try near.command("md k")
      #expect(try pair.becomesEqual())
    }
  }

  @Test("What one side has vivified the other finds, and has not won") func vivified() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (number, (near, far)) in [(a, b), (b, a)].enumerated() {
      #expect(try near.command("mg k\(number) N60") == "HD W")
      #expect(try settled(on: "HD s0 Z") { try far.command("mg k\(number) s") } == "HD s0 Z")
      #expect(try far.command("mg k\(number) N60") == "HD Z")
      #expect(try pair.becomesEqual())
    }
  }

  @Test("Keys in base64 of any bytes cross") func keys() throws {
    let pair = try Pair(rig)
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      #expect(try near.command("ms AAEgDQr/ 2 b k\r\n10") == "HD kAAEgDQr/ b")
      #expect(try settled(on: "HD s2 kAAEgDQr/ b") { try far.command("mg AAEgDQr/ s k b") } == "HD s2 kAAEgDQr/ b")
      #expect(try far.command("md AAEgDQr/ b") == "HD")
      #expect(try settled(on: "EN") { try near.command("mg AAEgDQr/ b") } == "EN")
    }
  }

  @Test("Writes that are answered with -o repl_ack are on the peer then, quiet ones as well") func acknowledged() throws
  {
    let pair = try Pair(rig, options: ["-o", "repl_ack=20000"])
    let (a, b) = (try pair.a.client(), try pair.b.client())
    for (near, far) in [(a, b), (b, a)] {
      for round in 0..<50 {
        let key = "k\(round)"
        #expect(try near.command("ms \(key) 1\r\n1") == "HD")
        #expect(try far.command("mg \(key) s") == "HD s1")
        #expect(try near.command("ms \(key) 2 q\r\n12\r\nma \(key) q\r\nmn") == "MN")
        #expect(try far.command("mg \(key) v") == "VA 2")
        #expect(try far.line() == "13\r\n")
        #expect(try far.command("md \(key) I") == "HD")
        #expect(try near.command("mg \(key)") == "HD X W")
        #expect(try far.command("mg \(key)") == "HD Z X", "who was told that it has won has won on both")
        #expect(try near.command("md \(key) q\r\nmn") == "MN")
        #expect(try far.command("mg \(key)") == "EN")
        #expect(try far.command("mg \(key) N30") == "HD W")
        #expect(try near.command("mg \(key) N30") == "HD Z")
        #expect(try near.command("md \(key)") == "HD")
      }
    }
  }
}
