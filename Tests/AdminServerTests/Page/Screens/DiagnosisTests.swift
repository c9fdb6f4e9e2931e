import CacheServer
import Testing

@testable import AdminServer

@Suite("What is wrong, in words")
struct DiagnosisTests {
  private var linked: LinkView {
    var link = LinkView()
    (link.isOn, link.peer, link.peerTells, link.upSeconds, link.hasSecret) = (true, "10.0.0.2:11212", true, 100, true)
    return link
  }

  private var side: SideNumbers {
    var side = SideNumbers()
    (side[.isServing], side[.state], side[.memoryLimit], side[.lagMicroseconds]) = (1, 4, 64 << 20, 500)
    return side
  }

  private func findings(
    _ link: LinkView, _ local: SideNumbers? = nil, _ peer: SideNumbers? = nil, _ lines: [String] = [],
    _ digests: DigestComparison = .notAsked, age: UInt64 = 1
  ) -> [Finding] {
    let now: UInt64 = 1_000_000_000_000
    let told = lines.map {
      PairLine(unixMicroseconds: now - age * 1_000_000, isWarning: true, text: "replication: " + $0)
    }
    return Diagnosis(link, local ?? side, peer ?? side, told, digests, now: now).findings
  }

  @Test("A pair that streams is well, and says so") func well() {
    #expect(findings(linked) == [Finding(.good, .allWell)])
    #expect(findings(LinkView()) == [Finding(.warn, .alone, .aloneRemedy)])
  }

  @Test(
    "A refusal is told with its remedy, whichever side refuses",
    arguments: [
      ("refused by 10.0.0.2:11212 (the secrets differ: -o repl_secret)", Phrase.secretsDiffer),
      ("refused 10.0.0.2:4000 (the secrets differ: -o repl_secret)", .secretsDiffer),
      ("refused by x (it has a secret, this side has none: -o repl_secret)", .secretMissing),
      ("refused x (it has no secret, this side has one: -o repl_secret)", .secretUnwanted),
      ("refused x (this side's clock is more than 60 s ahead of its clock)", .clocksApart),
      ("refused x (not admitted (-x))", .notAdmitted),
      ("refused by x (it was told to pair with another)", .otherPeer),
      ("refused by x (another protocol version)", .versionsDiffer), ("already connected", .alreadyConnected),
      (
        "refused by x (a daemon with the same host name, -l, -p and -X is connected: give each host its own name)",
        .sameName
      ),
      ("TLS with x failed: certificate has expired (-o repl_tls)", .tlsFails),
    ])
  func refusals(line: String, what: Phrase) {
    var link = linked
    (link.peer, link.wantedPeer) = (nil, "10.0.0.2:11212")
    let found = findings(link, nil, nil, [line, line], age: 100_000)
    #expect(found.filter { $0.what == what }.count == 1 && found.first?.severity == .bad)
    #expect(found.first { $0.what == what }?.arguments == ["replication: " + line])
    #expect(found.contains { $0.what == .peerAway && $0.arguments == ["10.0.0.2:11212"] })
  }

  @Test("While there is a link, old lines are history, and young ones a warning") func age() {
    let line = "refused 10.0.0.9:1 (not admitted (-x))"
    #expect(findings(linked, nil, nil, [line], age: 100).map(\.severity) == [.warn])
    #expect(findings(linked, nil, nil, [line], age: 601) == [Finding(.good, .allWell)])
  }

  @Test("Who waits for a peer says where; an old peer, and one that is silent, are told apart") func peers() {
    var link = linked
    (link.peer, link.listensOn) = (nil, ["0.0.0.0:11212"])
    #expect(findings(link) == [Finding(.warn, .waitsForPeer, .waitsForPeerRemedy, "0.0.0.0:11212")])
    link = linked
    link.speaksLegacy = true
    #expect(findings(link).map(\.what) == [.legacyPeer])
    link = linked
    link.peerTells = false
    #expect(findings(link).map(\.what) == [.peerTellsNothing])
    let now: UInt64 = 1_000_000_000_000
    #expect(Diagnosis(linked, side, nil, [], .notAsked, now: now).findings.map(\.what) == [.peerSilent])
    link.hasSecret = false
    #expect(findings(link).map(\.what) == [.peerTellsNothing, .noSecret])
  }

  @Test("Numbers of either side are judged, with the side's name") func numbers() {
    var (here, there, link) = (side, side, linked)
    here[.lagMicroseconds] = 2_000_000
    there[.valuesWithoutRoom] = 3
    there[.memoryLimit] = 32 << 20
    there[.isServing] = 0
    link.clockOffsetMilliseconds = -1500
    let found = findings(link, here, there, [], .both(1, 2, items: 1, 2))
    #expect(found.prefix(2).map(\.what) == [.notServingThere, .contentsDiffer])
    #expect(Set(found.dropFirst(2).map(\.what)) == [.clocksDiffer, .lagHere, .noRoomThere, .memoryDiffers])
    #expect(found.first { $0.what == .memoryDiffers }?.arguments == ["64", "32"])
    #expect(found.first { $0.what == .noRoomThere }?.arguments.first == "3")
    #expect(findings(linked, side, side, [], .both(1, 1, items: 1, 1)) == [Finding(.good, .allWell)])
  }
}
