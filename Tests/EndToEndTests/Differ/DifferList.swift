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
    var theirFrames: [AnsweredFrame] { DifferAnswer.frames(theirs ?? []) }
    var ourFrames: [AnsweredFrame] { DifferAnswer.frames(ours ?? []) }
    var keys: [String] { commands.last?.lineKeys ?? [] }

    /// They have an item, and here is none.
    var isMissedHere: Bool { spoken == .binary ? isMissedFrame : isMissedLine }

    private var isMissedFrame: Bool {
      theirFrames.allSatisfy { [0, 2, 6].contains($0.status) }
        && (ourFrames.isEmpty
          || ourFrames.contains {
            $0.status == 1 || $0.status == 5 || $0.status == 0 && Self.begins.contains($0.opcode)
          })
    }

    /// Binary commands that make an item where there is none: add, incr, decr, and their quiet forms.
    private static let begins: [UInt8] = [0x02, 0x05, 0x06, 0x12, 0x15, 0x16]

    private var isMissedLine: Bool {
      let isNotFound = ["NOT_FOUND\r\n", "NF\r\n"].contains(ourText)
      return theirText != ourText && !Self.isError(ourText)
        && (!Self.isError(theirText) || isNotFound && theirText.hasPrefix("CLIENT_ERROR"))
    }

    private static func isError(_ text: String) -> Bool {
      ["ERROR", "CLIENT_ERROR", "SERVER_ERROR"].contains { text.hasPrefix($0) }
    }

    /// The same, of a key to which something was said before such a flush; or it was missed by a count behind that, which began anew.
    func isMissedHere(after isFlush: (DifferCommand) -> Bool) -> Bool {
      guard let last = commands.last, let flush = commands.lastIndex(where: isFlush) else { return false }
      let isBegunAnew = commands[flush...].contains { $0.beginsCount && $0.concerns(last) }
      return (isMissedHere || isBegunAnew) && commands[..<flush].contains { !$0.isFlush && $0.concerns(last) }
    }

    /// A value of nothing, or of white space alone, was given to the key.
    var hasStoredSpaces: Bool {
      guard let last = commands.last else { return false }
      return commands.contains { command in
        let value = spoken == .binary ? command.frameValue : command.block
        return command.concerns(last) && value?.allSatisfy { $0 == 0x20 || $0 == 0x09 } == true
      }
    }

    /// The words of all commands to its keys, this one included.
    var said: [[String]] {
      let keys = keys
      return commands.filter { $0.lineKeys.contains { keys.contains($0) } }.map(\.words)
    }
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

  private static func isDecrement(_ words: [String]) -> Bool {
    words[0] == "decr" || words[0] == "ma" && words.contains { ["M-", "MD", "Md"].contains($0) }
  }

  static let entries = [
    Entry("`incr` or `decr` to a shorter number", .text, and: [.meta, .binary]) { difference in
      difference.spoken == .binary
        ? isPaddedFrame(difference) || isAppendedToPaddedFrame(difference)
        : isPadded(difference.theirText, difference.ourText) || isAppendedToPadded(difference)
          || isLengthOfPadded(difference)
    },
    Entry("`incr` or `decr` of a value of spaces", .binary, and: [.text, .meta]) { difference in
      let isNoNumber =
        difference.ourText.hasPrefix("CLIENT_ERROR cannot increment") || difference.ourFrames.first?.status == 6
      return isNoNumber && difference.theirFrames.allSatisfy { $0.status == 0 }
        && !difference.theirText.hasPrefix("CLIENT_ERROR") && difference.hasStoredSpaces
    },
    Entry("`flush_all` with a unix time that is past", .text, and: [.meta, .binary]) { difference in
      difference.isMissedHere(after: \.isFlushOfPast)
    },
    Entry("`flush_all` of what was stored in the same second", .text, and: [.meta, .binary]) { difference in
      difference.isMissedHere(after: \.isFlush)
    },
    Entry("exptime of a storage command beyond 32 bits", .text, and: [.meta]) { difference in
      let isLong = { (words: [String]) in words.count > 4 && words[0] == "set" && isBeyond32Bits(words[3]) }
      // A get stands behind it in the same command; a meta command tells the time that is left.
      return isLong(difference.words) && difference.theirText == "STORED\r\nEND\r\n"
        && difference.ourText.hasPrefix("STORED\r\nVALUE ")
        || difference.said.contains(where: isLong) && isOfTimeOrUnique(difference)
    },
    Entry("a key over 250 bytes in a retrieval", .text, and: [.meta]) { difference in
      let (error, sent) = ("CLIENT_ERROR bad command line format\r\n", difference.ours?.count ?? 0)
      return
        (difference.theirText == error + "\r\n"
        || difference.theirText == "\r\n" && difference.words.last == "noreply")
        && (difference.ourText == error || sent > 32 << 10 && difference.ourText.hasSuffix("\r\n" + error))
    },
    Entry("the error of a refused storage command whose data block does not come", .text, and: [.meta, .binary]) {
      difference in
      // Or it comes as a line that is too long, for which it closes.
      let (last, maxLine) = (difference.commands.last, 2048)
      return (last?.isLast == true || (last?.block?.count ?? 0) > maxLine) && difference.theirs?.isEmpty == true
        && (difference.spoken == .binary
          ? difference.ourFrames.count == 1 && difference.ourFrames[0].status != 0
          : ["CLIENT_ERROR ", "SERVER_ERROR "].contains { difference.ourText.hasPrefix($0) })
    },
    Entry("`me KEY b`", .meta) { difference in
      difference.words.first == "me" && difference.words.count == 3 && difference.words[2] == "b"
    },
    Entry("`mg KEY k`, and `b`", .meta) { difference in
      let flags = difference.words.dropFirst(2)
      return difference.words.first == "mg" && flags.contains { $0.first == "k" } && flags.contains("b")
    },
    // What comes behind it finds what it has done.
    Entry("`mg`, `ma` with an opaque too long", .meta) { difference in
      difference.said.contains { words in
        ["mg", "ma"].contains(words[0]) && words.dropFirst(2).contains { $0.first == "O" && $0.utf8.count > 32 }
      }
    },
    // To them what comes behind it begins with that value.
    Entry("touch, the get-and-touch opcodes and stat with a value", .binary) { difference in
      difference.commands.contains { command in
        [0x10, 0x1c, 0x1d, 0x1e, 0x23, 0x24].contains(command.opcode)
          && (command.isLast || command.frameValue?.isEmpty == false)
      }
    },
    // With an answer of the item that waits to be sent, they count in a new one; of a number that was padded they do not where it
    // gets longer here.
    Entry("`h` of an item that was counted since it was fetched", .meta) { difference in
      let differs = [(" h0", " h1"), (" fetch=no ", " fetch=yes ")].contains { no, yes in
        difference.theirText.contains(no) && difference.ourText.contains(yes)
          || difference.theirText.contains(yes) && difference.ourText.contains(no)
            && difference.said.contains(where: isDecrement)
      }
      return differs && difference.said.contains { ["ma", "incr", "decr"].contains($0[0]) }
    },
    // What comes behind it finds the time to live and the unique that were not given.
    Entry("`ma` with `T` or `E`, where the number gets longer", .meta) { difference in
      difference.said.contains { words in
        words[0] == "ma" && words.dropFirst(2).contains { $0.first == "T" || $0.first == "E" }
      } && isOfTimeOrUnique(difference)
    },
    // Or an answer with the item waits to be sent: then they make a new one, too.
    Entry("`ma`, `incr` or `decr` of a stale or won item, where the number gets longer", .meta) { difference in
      let marks = [" X", " Z", " W"]
      return marks.contains { difference.ourText.contains($0) && !difference.theirText.contains($0) }
        && difference.said.contains { ["ma", "incr", "decr"].contains($0[0]) }
    },
    Entry("`mg KEY T-1 t`", .meta) { difference in
      difference.theirText.contains(" t42949") && difference.ourText.contains(" t0")
    },
  ]

  /// Only what tells a time to live, a unique, or the length with the spaces, is another, or what compares one, or an item of which the time was to end.
  private static func isOfTimeOrUnique(_ difference: Difference) -> Bool {
    let (theirs, ours) = (fields(difference.theirText), fields(difference.ourText))
    // The fourth word behind VALUE is the unique of a `gets`.
    let isUnique = { (index: Int) in index >= 4 && theirs[index - 4] == "VALUE" && ours[index - 4] == "VALUE" }
    let differing = zip(theirs, ours).enumerated().filter { $1.0 != $1.1 && !isUnique($0) }.map { Set([$1.0, $1.1]) }
    let tells = differing.allSatisfy { pair in
      pair.allSatisfy { field in ["t", "c", "s", "exp=", "cas="].contains { field.hasPrefix($0) } }
    }
    let compares = [["HD", "EX"], ["STORED", "EXISTS"]].contains { differing == [Set($0)] }
    let mayEnd = difference.said.contains { $0[0] == "ma" && $0.contains { $0.hasPrefix("T-") } }
    return theirs.count == ours.count && (tells || compares) || mayEnd && difference.isMissedHere
  }

  private static func fields(_ text: String) -> [String] {
    text.split { $0.isWhitespace }.map(String.init)
  }

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

  /// Of an answer without value only the length shows the spaces.
  private static func isLengthOfPadded(_ difference: Difference) -> Bool {
    let (theirs, ours) = (difference.theirText.split(separator: " "), difference.ourText.split(separator: " "))
    guard theirs.count == ours.count,
      difference.said.contains(where: { ["ma", "incr", "decr"].contains($0[0]) })
    else { return false }
    let differing = zip(theirs, ours).filter { $0 != $1 }
    // A unique is another number on each.
    let others = differing.filter { !$0.hasPrefix("c") || !$1.hasPrefix("c") }
    return !others.isEmpty && others.allSatisfy { $0.hasPrefix("s") && $1.hasPrefix("s") && $0.count >= $1.count }
  }

  /// Behind such spaces there was room for other text, so to them it is a number still.
  private static func isAppendedToPadded(_ difference: Difference) -> Bool {
    guard let verb = difference.words.first, ["incr", "decr", "ma"].contains(verb), difference.words.count > 1 else {
      return false
    }
    let said = difference.said
    let (theirs, ours) = (difference.theirText, difference.ourText)
    let counts = { (text: String) in text.first?.isNumber == true || text.hasPrefix("VA ") || text.hasPrefix("HD") }
    return counts(theirs) && (counts(ours) || ours.hasPrefix("CLIENT_ERROR cannot increment"))
      && said.contains { $0[0] == "append" || $0[0] == "ms" && $0.contains("MA") }
      && said.dropLast().contains { ["incr", "decr", "ma"].contains($0[0]) }
  }

  /// The same in frames: but for the spaces, and the lengths they make, both are equal.
  private static func isPaddedFrame(_ difference: Difference) -> Bool {
    let (theirs, ours) = (difference.theirFrames, difference.ourFrames)
    guard theirs.count == ours.count else { return false }
    let differing = zip(theirs, ours).filter { $0.body != $1.body }
    return !differing.isEmpty
      && differing.allSatisfy { their, our in
        their.opcode == our.opcode && their.status == our.status && their.body.count > our.body.count
          && their.body.filter { $0 != 0x20 } == our.body.filter { $0 != 0x20 }
      }
  }

  private static func isAppendedToPaddedFrame(_ difference: Difference) -> Bool {
    guard let last = difference.commands.last, difference.ourFrames.first?.status == 6,
      difference.theirFrames.allSatisfy({ $0.status == 0 })
    else { return false }
    let (arithmetic, appending): ([UInt8], [UInt8]) = ([0x05, 0x06, 0x15, 0x16], [0x0e, 0x19])
    let said = difference.commands.filter { $0.frameKey == last.frameKey }.compactMap(\.opcode)
    return last.opcode.map(arithmetic.contains) == true && said.contains(where: appending.contains)
      && said.dropLast().contains(where: arithmetic.contains)
  }
}
