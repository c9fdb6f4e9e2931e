import MemcacheProtocol
import Testing
import TestSupport

@Suite("Meta gets that are looked up together")
struct MetaParserKeysTests {
  private func found(_ text: String, from offset: Int = 0) -> String? {
    let bytes = Array(text.utf8)
    guard let (key, next) = MetaParser.get(bytes.span, from: offset) else { return nil }
    let role = key.role == .metaValue ? "value" : key.role == .meta ? "meta" : "other"
    return "\(string(key.range, in: bytes.span)) \(role) \(next)"
  }

  @Test("are told from their line alone")
  func lines() {
    #expect(found("mg key v\r\n") == "key value 10")
    #expect(found("mg key v\r\nmg") == "key value 10")
    #expect(found("xxmg key v\r\n", from: 2) == "key value 12")
    #expect(found("mg key\r\n") == "key meta 8")
    #expect(found("mg key s v\r\n") == "key meta 12")
    #expect(found("mg key v s t c f k h l u q O1\r\n") == "key meta 31")
    #expect(found("mg key O1234567890123456789012345678901 v\r\n") == "key meta 43")
    #expect(found("mg \(maxKey) v\r\n") == "\(maxKey) value 257")
  }

  @Test(
    "are none where the line is not whole, or anything else is to be looked at",
    arguments: [
      "mg key v", "mg key v\r", "mg key v\n", "mg key  v\r\n", "mg key v \r\n", "mg  key v\r\n", "mg key v v\r\n",
      "mg key b\r\n", "mg key N30\r\n", "mg key vT30\r\n", "mg key T30 v\r\n", "mg key R3\r\n", "mg key C1 v\r\n",
      "mg key !\r\n", "mg key 1\r\n", "mg key {\r\n", "mg key O12345678901234567890123456789012\r\n", "ms key v\r\n",
      "mg key\tv\r\n", "mg \(tooLongKey) v\r\n", "mgx key v\r\n", "get key v\r\n", "mg v\r\n", "",
    ])
  func others(_ line: String) { #expect(found(line) == nil) }

  @Test("are read again as the parser reads them, whatever flags there are")
  func again() throws {
    var random = SeededRandom(seed: 5)
    let words = ["v", "s", "t", "c", "f", "k", "h", "l", "u", "q", "Oabc", "O", "b", "T1", "v", "x", "!"]
    var told = 0
    for _ in 0..<2000 {
      let flags = (0..<Int.random(in: 0...6, using: &random)).compactMap { _ in words.randomElement(using: &random) }
      let line = Array((["mg", "key"] + flags).joined(separator: " ").utf8) + [13, 10]
      guard let (key, next) = MetaParser.get(line.span, from: 0) else { continue }
      told += 1
      #expect(next == line.count)
      let (parse, end) = MetaParser.request(of: key, in: line.span)
      #expect(end == line.count)
      #expect(describe(parse, in: line.span) == metaReading(of: line.span, from: 0, count: line.count))
      guard case .request(let request) = parse else {
        Issue.record("refused: \(flags)")
        continue
      }
      #expect((key.role == .metaValue) == (flags == ["v"]))
      #expect(request.flags.isDisjoint(with: [.base64, .timeToLive, .vivifies, .recaches, .comparesCAS]))
    }
    #expect(told > 500)
  }
}
