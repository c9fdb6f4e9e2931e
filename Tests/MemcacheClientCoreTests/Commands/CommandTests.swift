import MemcacheProtocol
import Testing

@testable import MemcacheClientCore

struct CommandTests {
  private static let key = Array("k".utf8)
  private static let value = Array("v".utf8)

  static func store(_ verb: StorageVerb, casUnique: UInt64 = 0) -> Command {
    .store(verb, key: key, value: value, flags: 7, exptime: 60, casUnique: casUnique)
  }

  /// Each command, its bytes in both dialects, an answer of each, and what that says.
  static let exchanges: [Exchange] = [
    Exchange(
      .get(key: key, exptime: nil), "gets k\r\n", "mg k f c v O9\r\n",
      "VALUE k 7 1 5\r\nv\r\nEND\r\n", "VA 1 f7 c5 O9\r\nv\r\n", .item(item)),
    Exchange(.get(key: key, exptime: nil), "gets k\r\n", "mg k f c v O9\r\n", "END\r\n", "EN\r\n", .item(nil)),
    Exchange(.get(key: key, exptime: -1), "gats -1 k\r\n", "mg k f c v T-1 O9\r\n", "END\r\n", "EN\r\n", .item(nil)),
    Exchange(store(.set), "set k 7 60 1\r\nv\r\n", "ms k 1 F7 T60 MS O9\r\nv\r\n", "STORED\r\n", "HD O9\r\n", .stored),
    Exchange(
      store(.add), "add k 7 60 1\r\nv\r\n", "ms k 1 F7 T60 ME O9\r\nv\r\n", "NOT_STORED\r\n", "NS O9\r\n", .notStored),
    Exchange(
      store(.replace), "replace k 7 60 1\r\nv\r\n", "ms k 1 F7 T60 MR O9\r\nv\r\n", "STORED\r\n", "HD O9\r\n", .stored),
    Exchange(
      store(.append), "append k 7 60 1\r\nv\r\n", "ms k 1 F7 T60 MA O9\r\nv\r\n", "STORED\r\n", "HD O9\r\n", .stored),
    Exchange(
      store(.prepend), "prepend k 7 60 1\r\nv\r\n", "ms k 1 F7 T60 MP O9\r\nv\r\n", "STORED\r\n", "HD O9\r\n", .stored),
    Exchange(
      store(.cas, casUnique: 5), "cas k 7 60 1 5\r\nv\r\n", "ms k 1 F7 T60 C5 O9\r\nv\r\n", "EXISTS\r\n", "EX O9\r\n",
      .exists),
    Exchange(
      store(.cas, casUnique: 5), "cas k 7 60 1 5\r\nv\r\n", "ms k 1 F7 T60 C5 O9\r\nv\r\n", "NOT_FOUND\r\n",
      "NF O9\r\n", .notFound),
    Exchange(.delete(key: key), "delete k\r\n", "md k O9\r\n", "DELETED\r\n", "HD O9\r\n", .done),
    Exchange(.delete(key: key), "delete k\r\n", "md k O9\r\n", "NOT_FOUND\r\n", "NF O9\r\n", .notFound),
    Exchange(
      .arithmetic(key: key, delta: 3, isIncrement: true), "incr k 3\r\n", "ma k MI D3 v O9\r\n", "12\r\n",
      "VA 2 O9\r\n12\r\n", .number(12)),
    Exchange(
      .arithmetic(key: key, delta: 3, isIncrement: false), "decr k 3\r\n", "ma k MD D3 v O9\r\n", "NOT_FOUND\r\n",
      "NF O9\r\n", .notFound),
    Exchange(.touch(key: key, exptime: 5), "touch k 5\r\n", "mg k T5 O9\r\n", "TOUCHED\r\n", "HD O9\r\n", .done),
    Exchange(.touch(key: key, exptime: 5), "touch k 5\r\n", "mg k T5 O9\r\n", "NOT_FOUND\r\n", "EN\r\n", .notFound),
    Exchange(
      .getMany(keys: [Array("a".utf8), key, Array("b".utf8)]), "gets a k b\r\n",
      "mg a f c v q O9\r\nmg k f c v q O10\r\nmg b f c v q O11\r\nmn\r\n",
      "VALUE k 7 1 5\r\nv\r\nEND\r\n", "VA 1 f7 c5 O10\r\nv\r\nMN\r\n", .items([item])),
    Exchange(.flush(delay: 4), "flush_all 4\r\n", nil, "OK\r\n", nil, .done),
    Exchange(.version, "version\r\n", nil, "VERSION 1.6\r\n", nil, .version("1.6")),
    Exchange(
      .statistics(group: "items"), "stats items\r\n", nil, "STAT a 1\r\nSTAT b x y\r\nEND\r\n", nil,
      .statistics([.init(name: "a", value: "1"), .init(name: "b", value: "x y")])),
  ]

  private static let item = Item(key: key, value: value, flags: 7, casUnique: 5)

  @Test("a command is written in the words of its server", arguments: exchanges)
  func encoding(_ exchange: Exchange) {
    for dialect in [Dialect.text, .meta] {
      let (bytes, _) = RequestEncoder.encode(exchange.command, dialect, opaque: 9)
      #expect(String(decoding: bytes, as: UTF8.self) == exchange.request(dialect))
    }
  }

  @Test("its answer is read whole, byte by byte, and before another", arguments: exchanges)
  func decoding(_ exchange: Exchange) {
    for dialect in [Dialect.text, .meta] {
      let (_, reader) = RequestEncoder.encode(exchange.command, dialect, opaque: 9)
      let answer = Array(exchange.answer(dialect).utf8)
      #expect(reader.outcome(of: answer) == .success(exchange.outcome))
      #expect(reader.outcome(of: answer + Array("HD\r\n".utf8)) == .success(exchange.outcome))
      #expect(reader.outcomeOfDrops(answer) == .success(exchange.outcome))
    }
  }

  @Test("an error is the server's word, and the connection is in step", arguments: exchanges)
  func errors(_ exchange: Exchange) {
    for dialect in [Dialect.text, .meta] {
      let (_, reader) = RequestEncoder.encode(exchange.command, dialect, opaque: 9)
      let isMany = dialect == .meta && exchange.answer(.meta).hasSuffix("MN\r\n")
      let answer = Array("SERVER_ERROR out of memory\r\n\(isMany ? "MN\r\n" : "")".utf8)
      #expect(reader.outcome(of: answer) == .failure(.refused("SERVER_ERROR out of memory")))
    }
  }

  /// What a hostile or confused server may say.
  static let intruders = [
    "VALUE other 0 1 5\r\nv\r\nEND\r\n", "VALUE k 0 1 5\r\nvv\r\n", "VALUE k 0 x\r\n", "VALUE k 0 -1\r\n\r\n",
    "VA 1 O8\r\nv\r\n", "VA 1\r\nv\r\n", "VA 99999999999999 O9\r\n", "HD O8\r\n", "STAT a\r\n", "RESET\r\n", "\r\n",
    "\n", "\u{0}\r\n", String(repeating: "x", count: 9000), "VA\r\n", "VA 1 O99\r\nv\r\n",
  ]

  @Test("an answer to what was not asked is not handed out", arguments: intruders)
  func unasked(_ text: String) {
    for exchange in CommandTests.exchanges {
      for dialect in [Dialect.text, .meta] {
        let (_, reader) = RequestEncoder.encode(exchange.command, dialect, opaque: 9)
        if exchange.command == .statistics(group: "items"), text.hasPrefix("STAT") { continue }
        #expect(reader.outcome(of: Array(text.utf8)) == nil, "\(exchange.command) \(dialect)")
      }
    }
  }

  @Test("what may be done twice is known")
  func repeatable() {
    let once = CommandTests.exchanges.map(\.command).filter { !$0.isRepeatable }
    let words = once.map {
      String(decoding: RequestEncoder.encode($0, .text, opaque: 0).bytes, as: UTF8.self).prefix(4)
    }
    #expect(Set(words) == ["add ", "appe", "prep", "cas ", "incr", "decr"])
  }
}

struct Exchange: Sendable, CustomTestStringConvertible {
  let command: Command
  private let texts: [String?]
  let outcome: Outcome

  init(_ command: Command, _ text: String, _ meta: String?, _ answer: String, _ metaAnswer: String?, _ outcome: Outcome)
  {
    self.command = command
    self.outcome = outcome
    texts = [text, meta, answer, metaAnswer]
  }

  func request(_ dialect: Dialect) -> String? { dialect == .meta ? texts[1] ?? texts[0] : texts[0] }
  func answer(_ dialect: Dialect) -> String { (dialect == .meta ? texts[3] : nil) ?? texts[2] ?? "" }

  var testDescription: String { texts[0] ?? "" }
}

extension ReplyReader {
  /// Nil: no whole answer, or none to this command.
  func outcome(of input: [UInt8]) -> Result<Outcome, RequestFailure>? {
    var reader = self
    var offset = 0
    while offset < input.count {
      switch reader.read(input.span, from: offset) {
      case .incomplete, .broken: return nil
      case .consumed(let count): offset += count
      case .finished(_, let result): return result
      }
    }
    return nil
  }

  func outcomeOfDrops(_ input: [UInt8]) -> Result<Outcome, RequestFailure>? {
    var reader = self
    var offset = 0
    for end in 1...input.count {
      switch reader.read(Array(input[..<end]).span, from: offset) {
      case .incomplete: continue
      case .broken: return nil
      case .consumed(let count): offset += count
      case .finished(let count, let result): return offset + count == end && end == input.count ? result : nil
      }
    }
    return nil
  }
}
