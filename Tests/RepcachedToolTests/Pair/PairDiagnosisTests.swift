import Testing

@testable import repcached_tool

@Suite("Why a pair does not stream")
struct PairDiagnosisTests {
  /// A side that streams with the other, and is well.
  private func side(_ name: String, _ change: (inout SideReport) -> Void = { _ in }) -> SideReport {
    var report = SideReport(server: name)
    report.general = ["version": "3", "time": "1000", "replication": "MASTER", "curr_items": "5"]
    report.pair = [
      "state": "stream", "role": name == "a:1" ? "MASTER" : "SLAVE", "peer": "x:9", "wanted_peer": "none",
      "clock_offset_ms": "0",
    ]
    report.settings = [
      "repl_secret": "no", "repl_tls": "no", "peer_port": "11212", "maxbytes": "64", "item_size_max": "1",
      "evictions": "on",
      "cas_enabled": "yes",
    ]
    change(&report)
    return report
  }

  /// Alone, and looking for nobody.
  private func apart(_ report: inout SideReport) { report.pair.merge(["state": "listen", "peer": "none"]) { $1 } }

  private func wrong(_ sides: [SideReport]) -> [String] {
    PairDiagnosis(sides).findings.filter { $0.verdict == .wrong }.map(\.text)
  }

  @Test("Nothing is wrong with two that stream") func well() {
    let findings = PairDiagnosis([side("a:1"), side("b:1")]).findings
    #expect(findings.map(\.verdict) == [.ok, .ok])
    #expect(findings[0].line == "ok     a:1: state stream, peer x:9, looks for none\n")
  }

  @Test("A side that does not answer, is no repcached, or has no peer at all is told") func alone() {
    #expect(wrong([side("a:1") { $0.fault = "a:1: Connection refused" }, side("b:1")]) == ["a:1: Connection refused"])
    #expect(wrong([side("a:1") { $0.pair = [:] }, side("b:1")]) == ["a:1 is no repcached"])
    #expect(wrong([side("a:1")]).last?.hasPrefix("one side is named") == true)
    #expect(wrong([side("a:1") { $0.pair["state"] = "off" }, side("b:1")]).first == "a:1: replication is off, by -X 0")
  }

  @Test("Neither has -x; a port that is another; a secret or TLS on one side") func flags() {
    #expect(wrong([side("a:1", apart), side("b:1", apart)]).contains { $0.contains("neither looks for the other") })
    let port = wrong([
      side("a:1", apart),
      side("b:1") {
        apart(&$0)
        $0.pair["wanted_peer"] = "a:11213"
      },
    ])
    #expect(port.contains("b:1 looks for its peer on port 11213, a:1 listens on 11212: -X"), "\(port)")
    let secret = wrong([side("a:1", apart), side("b:1") { $0.settings["repl_secret"] = "yes" }])
    #expect(secret.contains("only b:1 has a secret: -o repl_secret to both, or to none"))
    let tls = wrong([side("a:1") { $0.settings["repl_tls"] = "yes" }, side("b:1")])
    #expect(tls == ["only a:1 has -o repl_tls: to both, or to none"])
  }

  @Test("What a side has warned of last is told while it has no peer") func warning() {
    let refused = "refused 10.0.0.2:4711 (the secrets differ: -o repl_secret)"
    let told = wrong([
      side("a:1") {
        apart(&$0)
        $0.pair["last_warning"] = refused
      },
      side("b:1") { $0.pair["last_warning"] = refused },
    ])
    #expect(told.contains("a:1 has said: \(refused)") && !told.contains { $0.hasPrefix("b:1 has said") })
  }

  @Test("Clocks a minute apart are wrong, seconds are a note, and what flags differ is a note") func clocks() {
    let far = wrong([side("a:1", apart), side("b:1") { $0.general["time"] = "1090" }])
    #expect(far.contains("the clock of b:1 is 90 s ahead: above 60 s they do not pair; repair NTP"), "\(far)")
    let findings = PairDiagnosis([
      side("a:1") { $0.pair["clock_offset_ms"] = "-5000" },
      side("b:1") {
        $0.settings["maxbytes"] = "32"
        $0.general["version"] = "4"
      },
    ]).findings
    let notes = findings.filter { $0.verdict == .note }.map(\.text)
    #expect(notes == ["versions: 3 and 4", "the clock of b:1 is 5 s behind: repair NTP", "-m differs: 64 and 32"])
  }

  @Test("Two of one role are linked with others than each other") func strangers() {
    let told = wrong([side("a:1"), side("b:1") { $0.pair["role"] = "MASTER" }])
    #expect(told == ["both are MASTER: each is linked with somebody else"])
  }
}
