import MemcacheProtocol

// From bytes to the outcome of one command.
//
//     read(input) ──▶ incomplete                       nothing consumed: more has to come
//                 ──▶ consumed(n)                      a part: one of many items, a line of stats
//                 ──▶ finished(n, outcome or refusal)  the whole answer
//                 ──▶ broken(why)                      no answer to this command: the connection is out of step
//
// What comes from a server is not trusted: it must be an answer to what was asked, for a key that was asked, and bear the
// opaque that was sent. After `broken` the connection must be closed, for nobody knows whose the next bytes are.
package struct ReplyReader: Sendable {
  private let command: Command
  private let isMeta: Bool
  private let opaque: UInt32
  private var items: [Item] = []
  private var statistics: [Outcome.Statistic] = []
  private var refusal: String?
  /// How many items of a meta get came; they come in the order of the keys.
  private var nextKey = 0

  /// No server has more lines of statistics.
  private static let maxStatistics = 100_000

  package enum Step: Sendable {
    case incomplete(needed: Int)
    case consumed(Int)
    case finished(Int, Result<Outcome, RequestFailure>)
    case broken(String)
  }

  package init(_ command: Command, isMeta: Bool, opaque: UInt32) {
    self.command = command
    self.isMeta = isMeta
    self.opaque = opaque
  }

  package mutating func read(_ input: Span<UInt8>, from offset: Int) -> Step {
    guard isMeta else { return readText(input, offset) }
    switch MetaReplyParser.parse(input, from: offset) {
    case .incomplete(let needed): return .incomplete(needed: needed)
    case .malformed: return .broken("no answer to a meta command")
    case .reply(let reply, let count): return take(reply, input, count)
    }
  }

  private mutating func readText(_ input: Span<UInt8>, _ offset: Int) -> Step {
    switch TextReplyParser.parse(input, from: offset) {
    case .incomplete(let needed): return .incomplete(needed: needed)
    case .malformed: return .broken("no answer of the text protocol")
    case .reply(let reply, let count): return take(reply, input, count)
    }
  }

  // MARK: Text

  private mutating func take(_ reply: TextReply, _ input: Span<UInt8>, _ count: Int) -> Step {
    switch reply {
    case .error(let line): return .finished(count, .failure(.refused(text(input, line))))
    case .value(let key, let flags, let value, let casUnique):
      let item = Item(key: bytes(input, key), value: bytes(input, value), flags: flags, casUnique: casUnique)
      return add(item, count)
    case .answer(let answer): return finish(answer).map { .finished(count, .success($0)) } ?? unasked
    case .number(let number): return isArithmetic ? .finished(count, .success(.number(number))) : unasked
    case .version(let words):
      return command == .version ? .finished(count, .success(.version(text(input, words)))) : unasked
    case .statistic(let name, let value):
      guard case .statistics = command, statistics.count < ReplyReader.maxStatistics else { return unasked }
      statistics.append(.init(name: text(input, name), value: text(input, value)))
      return .consumed(count)
    }
  }

  private mutating func add(_ item: Item, _ count: Int) -> Step {
    switch command {
    case .get(let key, _):
      guard items.isEmpty, key == item.key else { return unasked }
    case .getMany(let keys):
      // A server answers in the order of the keys and leaves out what it has not.
      guard let place = keys[nextKey...].firstIndex(of: item.key) else { return unasked }
      nextKey = place + 1
    default: return unasked
    }
    items.append(item)
    return .consumed(count)
  }

  private func finish(_ answer: TextAnswer) -> Outcome? {
    switch (command, answer) {
    case (.get, .end): .item(items.first)
    case (.getMany, .end): .items(items)
    case (.statistics, .end), (.statistics(group: "reset"), .reset): .statistics(statistics)
    case (.store, .stored): .stored
    case (.store, .notStored): .notStored
    case (.store(.cas, _, _, _, _, _), .exists): .exists
    case (.store(.cas, _, _, _, _, _), .notFound), (.delete, .notFound), (.arithmetic, .notFound), (.touch, .notFound):
      .notFound
    case (.delete, .deleted), (.touch, .touched), (.flush, .ok): .done
    default: nil
    }
  }

  // MARK: Meta

  private mutating func take(_ reply: MetaReply, _ input: Span<UInt8>, _ count: Int) -> Step {
    switch reply {
    case .error(let line):
      // Of many keys the others are answered still, and `MN` ends it.
      guard case .getMany(let keys) = command, !keys.isEmpty else {
        return .finished(count, .failure(.refused(text(input, line))))
      }
      refusal = refusal ?? text(input, line)
      return .consumed(count)
    case .item(let flags, let value): return take(MetaFlags(input, flags), bytes(input, value), count)
    case .answer(.noop, _):
      guard case .getMany = command else { return unasked }
      return .finished(count, refusal.map { .failure(.refused($0)) } ?? .success(.items(items)))
    case .answer(let answer, let flags):
      guard answer == .miss || MetaFlags(input, flags).opaque == opaque else { return unasked }
      return finish(answer).map { .finished(count, .success($0)) } ?? unasked
    }
  }

  private mutating func take(_ flags: MetaFlags, _ value: [UInt8], _ count: Int) -> Step {
    guard let answered = flags.opaque else { return unasked }
    switch command {
    case .get(let key, _):
      guard answered == opaque else { return unasked }
      return .finished(count, .success(.item(flags.item(key, value))))
    case .getMany(let keys):
      let place = Int(answered &- opaque)
      guard place >= nextKey, place < keys.count else { return unasked }
      nextKey = place + 1
      items.append(flags.item(keys[place], value))
      return .consumed(count)
    case .arithmetic:
      guard answered == opaque, let number = value.span.unsigned64(ByteRange(start: 0, count: value.count)) else {
        return unasked
      }
      return .finished(count, .success(.number(number)))
    default: return unasked
    }
  }

  private func finish(_ answer: MetaAnswer) -> Outcome? {
    switch (command, answer) {
    case (.get, .miss): .item(nil)
    case (.touch, .miss), (.delete, .notFound), (.arithmetic, .notFound): .notFound
    case (.store(.cas, _, _, _, _, _), .notFound): .notFound
    case (.store(.cas, _, _, _, _, _), .exists): .exists
    case (.store, .done): .stored
    case (.store, .notStored): .notStored
    case (.delete, .done), (.touch, .done): .done
    default: nil
    }
  }

  // MARK: Both

  private var isArithmetic: Bool {
    if case .arithmetic = command { return true }
    return false
  }

  private var unasked: Step { .broken("an answer to what was not asked") }

  private func text(_ input: Span<UInt8>, _ range: ByteRange) -> String {
    String(decoding: bytes(input, range), as: UTF8.self)
  }

  private func bytes(_ input: Span<UInt8>, _ range: ByteRange) -> [UInt8] {
    [UInt8](copying: input.bytes(in: range))
  }
}
