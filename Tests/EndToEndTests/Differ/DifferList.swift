/// What may differ from memcached 1.6.45: exact shapes of commands and answers, each with its row in docs/protocol.md. All else
/// must be equal, and an entry that no stream meets is to be taken out.
enum DifferList {
  struct Difference {
    /// All up to the one that is answered otherwise.
    let commands: ArraySlice<DifferCommand>
    let spoken: DifferProtocol
    /// Nil: the connection had ended.
    let theirs: [UInt8]?
    let ours: [UInt8]?

    var words: [String] { commands.last?.words ?? [] }
    var theirText: String { String(decoding: theirs ?? [], as: UTF8.self) }
    var ourText: String { String(decoding: ours ?? [], as: UTF8.self) }
  }

  struct Entry: Sendable {
    /// As the row in docs/protocol.md begins.
    let reason: String
    /// Streams of this protocol must meet it; those of the others may.
    let home: DifferProtocol
    private let others: [DifferProtocol]
    private let matches: @Sendable (Difference) -> Bool

    init(
      _ reason: String, _ home: DifferProtocol, and others: [DifferProtocol] = [],
      _ matches: @escaping @Sendable (Difference) -> Bool
    ) {
      (self.reason, self.home, self.others, self.matches) = (reason, home, others, matches)
    }

    func allows(_ difference: Difference) -> Bool {
      (difference.spoken == home || others.contains(difference.spoken)) && matches(difference)
    }
  }

  static let entries = [
    Entry("`incr` or `decr` to a shorter number", .text, and: [.meta, .binary]) { difference in
      isPadded(difference.theirText, difference.ourText) || isAppendedToPadded(difference)
    },
    Entry("exptime of a storage command beyond 32 bits", .text, and: [.meta]) { difference in
      difference.words.count == 5 && difference.words[0] == "set" && isBeyond32Bits(difference.words[3])
        && difference.theirText == "STORED\r\nEND\r\n" && difference.ourText.hasPrefix("STORED\r\nVALUE ")
    },
    Entry("a key over 250 bytes in a retrieval", .text, and: [.meta]) { difference in
      difference.theirText == "CLIENT_ERROR bad command line format\r\n\r\n"
        && difference.ourText == "CLIENT_ERROR bad command line format\r\n"
    },
    Entry("the error of a refused storage command whose data block does not come", .text, and: [.meta]) { difference in
      difference.commands.last?.isLast == true && difference.theirText.isEmpty
        && ["CLIENT_ERROR ", "SERVER_ERROR "].contains { difference.ourText.hasPrefix($0) }
    },
    Entry("`me KEY b`", .meta) { difference in
      difference.words.first == "me" && difference.words.count == 3 && difference.words[2] == "b"
    },
    Entry("`mg KEY k`, and `b`", .meta) { difference in
      difference.words.first == "mg" && difference.words.contains("k") && difference.words.contains("b")
    },
    // What comes behind it finds what it has done.
    Entry("`mg`, `ma` with an opaque too long", .meta) { difference in
      difference.commands.contains { $0.words.contains { $0.first == "O" && $0.utf8.count > 32 } }
    },
    Entry("`mg KEY T-1 t`", .meta) { difference in
      difference.theirText.contains(" t42949") && difference.ourText.contains(" t0")
    },
  ]

  private static func isBeyond32Bits(_ word: String) -> Bool { Int64(word).map { $0 > Int64(Int32.max) } ?? false }

  /// Theirs has spaces behind a number, of which ours has none.
  private static func isPadded(_ theirs: String, _ ours: String) -> Bool {
    let (theirLines, ourLines) = (lines(theirs), lines(ours))
    guard theirLines.count == ourLines.count else { return false }
    let differing = zip(theirLines, ourLines).filter { $0 != $1 }
    let values = differing.filter { !$0.0.hasPrefix("VALUE ") && !$0.0.hasPrefix("VA ") }
    return !values.isEmpty
      && values.allSatisfy { their, our in
        their.utf8.count > our.utf8.count && their.filter { $0 != " " } == our.filter { $0 != " " }
          && our.contains { $0.isNumber }
      }
  }

  private static func lines(_ text: String) -> [Substring] {
    text.split(separator: "\r\n", omittingEmptySubsequences: false)
  }

  /// Behind such spaces there was room for other text, so to them it is a number still.
  private static func isAppendedToPadded(_ difference: Difference) -> Bool {
    guard let verb = difference.words.first, ["incr", "decr", "ma"].contains(verb), difference.words.count > 1 else {
      return false
    }
    let said = difference.commands.map(\.words).filter { $0.count > 1 && $0[1] == difference.words[1] }.map { $0[0] }
    return difference.ourText.hasPrefix("CLIENT_ERROR cannot increment") && difference.theirText.first?.isNumber == true
      && said.contains("append") && said.contains { ["incr", "decr", "ma"].contains($0) }
  }
}
