import MemcacheProtocol
import Testing

/// What one line is read as.
func reading(of text: String, bufferIsFull: Bool = false) -> String {
  let bytes = Array(text.utf8)
  return describe(TextParser.parse(bytes.span, bufferIsFull: bufferIsFull), in: bytes.span)
}

/// Feeds one line whole, byte by byte, and between others: each time it must be read alike and take exactly its bytes.
func expect(_ line: String, isReadAs expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let bytes = Array(line.utf8)
  for count in 0..<bytes.count {
    let part = Array(bytes[..<count])
    let parse = TextParser.parse(part.span)
    #expect(parse == .incomplete, "after \(count) bytes", sourceLocation: sourceLocation)
  }
  for (before, after) in [("", ""), ("", "g"), ("get a\r\n", "get b\r\n"), ("version\n", "0123456789012345678901")] {
    let all = Array((before + line + after).utf8)
    let offset = before.utf8.count
    let parse = TextParser.parse(all.span, from: offset)
    #expect(describe(parse, in: all.span) == expected, "before \(after)", sourceLocation: sourceLocation)
    if case .request(_, let count) = parse { #expect(count == bytes.count, sourceLocation: sourceLocation) }
  }
}

/// 250 bytes are a key, 251 are none.
let maxKey = String(repeating: "k", count: 250)
let tooLongKey = String(repeating: "k", count: 251)
