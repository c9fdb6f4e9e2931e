import Testing

@testable import Replication

@Suite struct LegacyOpeningTests {
  private func judge(_ text: String) -> LegacyOpening { LegacyOpening.judge([UInt8](text.utf8).span) }

  @Test("each of the words with which repcached 2.x begins is known when it is whole, and not before")
  func words() {
    for text in ["rep ", "delete ", "flush_all", "marugoto_end"] {
      for count in 0..<text.count { #expect(judge(String(text.prefix(count))) == .incomplete) }
      #expect(judge(text) == .legacy && judge(text + " and more") == .legacy)
    }
  }

  @Test("an acceptor of this version that took its connector for an old one is known by its first line")
  func unheard() {
    let line = String(decoding: LegacyOpening.helloMissedLine, as: UTF8.self)
    #expect(judge(line + "rep k") == .helloMissed && judge("repcached-") == .incomplete)
  }

  @Test("anything else is neither")
  func others() {
    for text in ["get k", "repx", "HTTP/1.1", "\u{0}", "SSH-2.0"] { #expect(judge(text) == .other) }
  }
}
