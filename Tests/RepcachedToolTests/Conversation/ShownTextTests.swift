import Testing

@testable import repcached_tool

/// What a hostile server says must not reach a terminal as something that it obeys.
@Suite("A server's words on a terminal")
struct ShownTextTests {
  private static let title = "\u{1B}]0;pwned\u{7}"

  @Test("are what they are, but for control characters") func plain() {
    #expect(ShownText.of("käse 5 %") == "käse 5 %")
    #expect(ShownText.of("a\u{1B}[2J\r\n\t\u{7F}\u{9B}b") == #"a\x1b[2J\x0d\x0a\x09\x7f\x9bb"#)
  }

  @Test("keep their lines where they are lines") func lines() {
    #expect(ShownText.lines(Array("a\u{1B}b\r\nc\n".utf8)) == Array("a\\x1bb\nc\n".utf8))
    #expect(ShownText.lines([0x61, 0x9B, 0xFF, 10]) == Array("a\\x9b\\xff\n".utf8))
    #expect(ShownText.lines(Array("käse\n".utf8)) == Array("käse\n".utf8))
  }

  @Test("are shown so in errors, tables and findings") func everywhere() {
    let title = Self.title
    #expect(ToolError.wrong(title).description == #"\x1b]0;pwned\x07"#)
    #expect(!ClassicTable.stats(.local, [.init(name: title, value: title)]).contains("\u{1B}"))
    var side = SideReport(server: "a:1")
    side.general = ["version": title]
    side.pair = ["state": title, "peer": title, "last_warning": title]
    #expect(!PairTable.text([side]).contains("\u{1B}"))
    let findings = PairDiagnosis([side]).findings.map(\.text)
    #expect(findings.contains { $0.contains(#"\x1b]0;pwned\x07"#) })
    #expect(findings.allSatisfy { !$0.contains("\u{1B}") })
    let sample = TopSample(server: "a:1", time: 1_000_000_000, values: ["state": title])
    #expect(!TopRow(sample, sample).line.contains("\u{1B}"))
  }
}
