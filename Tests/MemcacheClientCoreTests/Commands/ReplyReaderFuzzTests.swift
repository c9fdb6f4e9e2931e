import TestSupport
import Testing

@testable import MemcacheClientCore

/// What a server may say, right and wrong, cut and changed: it is read, refused or waited for, and never ends the process.
struct ReplyReaderFuzzTests {
  @Test("no answer traps, whatever is asked", arguments: 0..<8)
  func anything(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let answers = CommandTests.exchanges.flatMap { [$0.answer(.text), $0.answer(.meta)] } + CommandTests.intruders
    for _ in 0..<3000 {
      let exchange = CommandTests.exchanges[random.below(CommandTests.exchanges.count)]
      let dialect = random.below(2) == 0 ? Dialect.text : .meta
      let (_, reader) = RequestEncoder.encode(exchange.command, dialect, opaque: 9)
      var input = (0..<1 + random.below(3)).flatMap { _ in Array(answers[random.below(answers.count)].utf8) }
      change(&input, &random)
      if let result = reader.outcome(of: input), case .success(let outcome) = result {
        check(outcome, exchange.command)
      }
    }
  }

  private func change(_ input: inout [UInt8], _ random: inout SeededRandom) {
    for _ in 0..<random.below(4) where !input.isEmpty {
      let place = random.below(input.count)
      switch random.below(3) {
      case 0: input[place] = UInt8(random.below(256))
      case 1: input.remove(at: place)
      default: input.insert(Array(" \r\n09-".utf8)[random.below(6)], at: place)
      }
    }
  }

  /// Whatever was believed is an answer to what was asked.
  private func check(_ outcome: Outcome, _ command: Command) {
    switch (command, outcome) {
    case (.get(let key, _), .item(let item)): #expect(item == nil || item?.key == key)
    case (.getMany(let keys), .items(let items)): #expect(items.allSatisfy { keys.contains($0.key) })
    case (.store, .stored), (.store, .notStored), (.store, .exists), (.store, .notFound), (.delete, .done),
      (.delete, .notFound), (.touch, .done), (.touch, .notFound), (.arithmetic, .number), (.arithmetic, .notFound),
      (.flush, .done), (.version, .version), (.statistics, .statistics):
      break
    default: Issue.record("\(outcome) to \(command)")
    }
  }
}
