import MemcacheProtocol
import Testing

@Suite("The parser of the meta commands")
struct MetaParserTests {
  static let badLine = "refused badCommandLine"

  static let keys: [(line: String, reading: String)] = [
    ("mg k\r\n", "get k"),
    ("mg k\n", "get k"),
    ("mg  k   v \r\n", "get k v"),
    ("mg \(maxKey) v\r\n", "get \(maxKey) v"),
    ("mg k Oab=!{}\u{1} v\r\n", "get k Oab=!{}\u{1} v"),
    ("md k q\r\n", "delete k q"),
    ("ma k\r\n", "arithmetic k"),
    ("ms k 0\r\n", "set k 0"),
    ("ms  k  2147483645  \r\n", "set k 2147483645"),
    ("ms k 007 c\r\n", "set k 7 c"),
    ("mn\r\n", "noop"),
    ("mn \n", "noop"),
    ("mn k v ! v\r\n", "noop"),
    ("me k\r\n", "debug k"),
    ("me k v v\r\n", "debug k v v"),
    ("mg Zm9v b\r\n", "get Zm9v b"),
    ("me Zm9v b\r\n", "debug Zm9v b"),
  ]

  @Test("reads the key and where the flags stand", arguments: keys)
  func key(_ line: String, _ reading: String) { expectMeta(line, isReadAs: reading) }

  static let faults: [(line: String, reading: String)] = [
    ("mg\r\n", badLine),
    ("mg \r\n", badLine),
    ("me\r\n", badLine),
    ("ms k\r\n", badLine),
    ("ms k x\r\n", badLine),
    ("ms k -1\r\n", badLine),
    ("ms k +1\r\n", badLine),
    ("ms k 2x\r\n", badLine),
    ("ms k 2147483646\r\n", badLine),
    // Nothing is swallowed: the words are looked at before the length is.
    ("ms k 2 !\r\n", badLine),
    ("mg \(tooLongKey)\r\n", badLine),
    ("md \(tooLongKey)\r\n", badLine),
    ("me \(tooLongKey)\r\n", badLine),
    ("ma \(tooLongKey)\r\n", "refused invalidOrDuplicateFlag"),
    ("ms \(tooLongKey) 2\r\n", badLine + " swallow 4"),
    ("mg k O12345678901234567890123456789012\r\n", "refused opaqueTooLong"),
    ("ms k 2 O12345678901234567890123456789012\r\n", "refused opaqueTooLong swallow 4"),
    ("ms k 2 MX O12345678901234567890123456789012\r\n", "refused invalidStoreMode swallow 4"),
    ("me k= b\r\n", badLine),
    ("me k !\r\n", badLine),
  ]

  @Test("tells what is wrong with a line", arguments: faults)
  func fault(_ line: String, _ reading: String) { expectMeta(line, isReadAs: reading) }

  @Test("takes twenty words, and looks at no more than twenty-three")
  func count() {
    let letters = "v s t c f k h l u q O I x L P a d e g"
    let known = "v s t c f k h l u q O I x L P T1 N1 R1"
    #expect(metaReading(of: "mg k \(known)\r\n") == "get k \(known) T1 N1 R1 first")
    #expect(metaReading(of: "ms k 1 \(known)\r\n") == "refused optionsTooLong swallow 3")
    #expect(metaReading(of: "mg k \(known) C1\r\n") == "refused optionsTooLong")
    #expect(metaReading(of: "mg k \(letters) C1 !\r\n") == "refused badCommandLine")
    #expect(metaReading(of: "mg k \(letters) C1 D1 !\r\n") == "refused optionsTooLong")
    #expect(metaReading(of: "me k \(letters) C1 D1 !\r\n") == "debug k \(letters) C1 D1 !")
  }

  @Test("knows its commands only by their two small letters, and not behind spaces")
  func words() {
    for line in ["mx k", " mg k", "MG k", "m k", "mgg k", "mg\tk"] {
      #expect(reading(of: line + "\r\n") == "refused unknownCommand")
    }
    #expect(reading(of: "mx / HTTP/1.1\r\n") == "close")
    #expect(reading(of: "mn\n") == "refused badCommandLine")
  }
}

/// What one line is read as.
func metaReading(of line: String) -> String {
  let bytes = Array(line.utf8)
  return metaReading(of: bytes.span, from: 0, count: bytes.count)
}

func metaReading(of input: Span<UInt8>, from offset: Int, count: Int) -> String {
  guard case .request(.meta(let verb, let words), count) = TextParser.parse(input, from: offset) else {
    return "no meta command"
  }
  return describe(MetaParser.parse(verb, words, in: input), in: input)
}

/// Feeds a line byte by byte, and between others.
func expectMeta(_ line: String, isReadAs expected: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let bytes = Array(line.utf8)
  for count in 0..<bytes.count {
    let part = Array(bytes[..<count])
    #expect(TextParser.parse(part.span) == .incomplete, sourceLocation: sourceLocation)
  }
  for (before, after) in [("", ""), ("mg a\r\n", "v\r\n"), ("mn\r\n", "0123456789")] {
    let all = Array((before + line + after).utf8)
    let read = metaReading(of: all.span, from: before.utf8.count, count: bytes.count)
    #expect(read == expected, sourceLocation: sourceLocation)
  }
}

func describe(_ parse: MetaParse, in input: Span<UInt8>) -> String {
  switch parse {
  case .refused(let error, let swallow): "refused \(error)\(swallow > 0 ? " swallow \(swallow)" : "")"
  case .request(let request): describe(request, in: input)
  }
}

private func describe(_ request: MetaRequest, in input: Span<UInt8>) -> String {
  var text = "\(request.verb)"
  if request.verb != .noop { text += " " + string(request.key, in: input) }
  if request.verb == .set { text += " \(request.valueCount)" }
  var reader = TokenReader(request.words)
  while true {
    let word = reader.next(in: input)
    if word.isEmpty { break }
    text += " " + string(word, in: input)
  }
  return text + numbers(of: request)
}

/// The numbers that are not what they are without a flag.
private func numbers(of request: MetaRequest) -> String {
  let plain: [(Character, Int64)] = [
    ("T", request.exptime), ("N", request.vivifyExptime), ("R", request.recacheExptime),
  ]
  let unsigned: [(Character, UInt64)] = [
    ("F", UInt64(request.clientFlags)), ("C", request.comparedCAS), ("E", request.newCAS), ("J", request.initial),
  ]
  var text = ""
  for (letter, number) in plain where number != 0 { text += " \(letter)\(number)" }
  for (letter, number) in unsigned where number != 0 { text += " \(letter)\(number)" }
  if request.delta != 1 { text += " D\(request.delta)" }
  return text + (request.touchesBeforeRecache ? " first" : "") + (request.vivifiesLast ? "" : " overN")
}
