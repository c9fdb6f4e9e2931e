import MemcacheProtocol
import TestSupport
import Testing

@Suite("The text parser under random input")
struct TextParserFuzzTests {
  private static let words = [
    "get", "gets", "gat", "gats", "set", "add", "replace", "append", "prepend", "cas", "delete", "incr", "decr",
    "touch", "flush_all", "version", "verbosity", "stats", "quit", "shutdown", "foo", "noreply", "0", "1", "-1",
    "4294967296", "18446744073709551615", "99999999999999999999", "9223372036854775808", "2147483645", "HTTP/1.1",
    "key", "\0", "\r", "\t", "ключ", maxKey, tooLongKey, "", " ", "  ",
  ]

  /// Words mostly, so that the depths of the parser are reached, and raw bytes now and then.
  private static func input(_ random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...60, using: &random) {
      switch Int.random(in: 0..<20, using: &random) {
      case 0: bytes.append(.random(in: 0...255, using: &random))
      case 1...3: bytes += "\r\n".utf8
      case 4: bytes += "\n".utf8
      default: bytes += ((words.randomElement(using: &random) ?? "") + " ").utf8
      }
    }
    return bytes
  }

  @Test("never traps, always makes progress, and never reads outside of the input")
  func progress() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let bytes = Self.input(&random)
      var offset = 0
      loop: while true {
        let parse = TextParser.parse(bytes.span, from: offset, bufferIsFull: .random(using: &random))
        _ = describe(parse, in: bytes.span)
        switch parse {
        case .incomplete, .close: break loop
        case .longRetrieval(let retrieval, let count):
          drain(retrieval, bytes, from: offset + count, "seed \(seed)")
          break loop
        case .request(_, let count):
          #expect(count > 0 && offset + count <= bytes.count, "seed \(seed)")
          #expect(bytes[offset + count - 1] == 0x0a, "seed \(seed)")
          offset += count
        }
      }
    }
  }

  private func drain(_ retrieval: LongRetrieval, _ bytes: [UInt8], from start: Int, _ comment: Comment) {
    var retrieval = retrieval
    var offset = start
    for _ in 0...bytes.count {
      switch retrieval.next(in: bytes.span, from: offset) {
      case .key(let range, let next):
        #expect(range.count > 0 && range.count <= 250 && next > offset && next <= bytes.count, comment)
        offset = next
      case .refused(_, let next): offset = next
      case .incomplete(let next), .end(let next), .skipped(let next):
        #expect(next >= offset && next <= bytes.count, comment)
        return
      }
    }
    Issue.record("no progress", sourceLocation: #_sourceLocation)
  }

  @Test("reads a line alike whole, cut short anywhere, and with more behind it")
  func prefixes() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    for _ in 0..<3_000 {
      let bytes = Self.input(&random)
      let newline = bytes.firstIndex(of: 0x0a)
      let whole = TextParser.parse(bytes.span)
      guard let newline, newline < 2048 else { continue }
      for count in 0...newline {
        #expect(TextParser.parse(Array(bytes[..<count]).span) == .incomplete, "seed \(seed)")
      }
      let alone = Array(bytes[...newline])
      #expect(TextParser.parse(alone.span) == whole, "seed \(seed)")
    }
  }

  @Test("takes the direct way and the general way to the same request")
  func bothWays() {
    let seed = TestSeeds.first
    var random = SeededRandom(seed: seed)
    for _ in 0..<20_000 {
      let verb = ["get", "gets", "set"].randomElement(using: &random) ?? ""
      let rest = (0..<Int.random(in: 1...6, using: &random)).map { _ in
        (Bool.random(using: &random) ? ["0", "1", "k", "noreply"] : Self.words).randomElement(using: &random) ?? ""
      }
      let line = verb + " " + rest.joined(separator: " ") + "\r\n"
      // A space too many leads past the direct way.
      #expect(reading(of: line) == reading(of: verb + " " + line.dropFirst(verb.count)), "seed \(seed)")
    }
  }
}
