/// An answer as two daemons may give it: what differs by nature (uniques, statistics, sizes of items) is compared by its
/// shape, all else byte for byte.
///
/// A unique of the one stands for a unique of the other: whoever shows the same one again must be joined by the other with
/// its own, and never with another one.
struct DifferAnswer {
  /// Uniques of theirs, and of ours, that stand for each other.
  private var ours: [UInt64: UInt64] = [:]
  private var theirs: [UInt64: UInt64] = [:]

  mutating func areAlike(_ their: [UInt8], _ our: [UInt8], _ spoken: DifferProtocol) -> Bool {
    spoken.isLines ? areAlikeLines(their, our) : areAlikeFrames(their, our)
  }

  /// The uniques that an answer shows, in its order.
  static func uniques(_ answer: [UInt8], isLines: Bool) -> [UInt64] {
    isLines ? lines(answer).compactMap { unique(of: words($0)) } : frames(answer).map(\.unique).filter { $0 != 0 }
  }

  private mutating func match(_ their: UInt64, _ our: UInt64) -> Bool {
    if their == 0 || our == 0 { return their == our }
    let isKnown = ours[their] == our && theirs[our] == their
    if !isKnown, ours[their] != nil || theirs[our] != nil { return false }
    ours[their] = our
    theirs[our] = their
    return true
  }

  // MARK: Lines

  private mutating func areAlikeLines(_ their: [UInt8], _ our: [UInt8]) -> Bool {
    let (theirLines, ourLines) = (Self.linesToCompare(their), Self.linesToCompare(our))
    guard theirLines.count == ourLines.count else { return false }
    for (their, our) in zip(theirLines, ourLines) where !areAlikeLine(their, our) { return false }
    return true
  }

  private mutating func areAlikeLine(_ their: ArraySlice<UInt8>, _ our: ArraySlice<UInt8>) -> Bool {
    let (theirWords, ourWords) = (Self.words(their), Self.words(our))
    if let one = Self.unique(of: theirWords), let other = Self.unique(of: ourWords), !match(one, other) { return false }
    if Array(their) == Array(our) { return true }
    guard theirWords.count == ourWords.count, let verb = theirWords.first, verb == ourWords.first else { return false }
    for (number, (one, other)) in zip(theirWords, ourWords).enumerated() where one != other {
      if !Self.mayDiffer(verb, number, one, other, count: theirWords.count) { return false }
    }
    return true
  }

  /// Words that differ by nature; uniques are compared already.
  private static func mayDiffer(_ verb: String, _ number: Int, _ their: String, _ our: String, count: Int) -> Bool {
    switch verb {
    case "VALUE": return number == 4
    case "VERSION": return true
    case "HD", "VA", "EN":
      guard number >= (verb == "VA" ? 2 : 1), let flag = their.first, flag == our.first else { return false }
      return flag == "c" || flag == "l" || flag == "t" && isSoonAfter(their.dropFirst(), our.dropFirst())
    case "ME":
      let (one, other) = (their.prefix { $0 != "=" }, our.prefix { $0 != "=" })
      if one == "exp" { return one == other && isSoonAfter(their.dropFirst(4), our.dropFirst(4)) }
      return one == other && ["la", "cas", "cls", "size"].contains(one)
    default: return false
    }
  }

  /// The two are asked one after the other, and on a busy machine that takes a while.
  private static func isSoonAfter(_ one: Substring, _ other: Substring) -> Bool {
    guard let one = Int(one), let other = Int(other), one >= 0, other >= 0 else { return false }
    return abs(one - other) <= 20
  }

  /// All but what monitors read: those names and numbers are each daemon's own.
  private static func linesToCompare(_ answer: [UInt8]) -> [ArraySlice<UInt8>] {
    lines(answer).filter { !$0.starts(with: Array("STAT ".utf8)) }
  }

  private static func lines(_ answer: [UInt8]) -> [ArraySlice<UInt8>] {
    answer.split(separator: 0x0a, omittingEmptySubsequences: false)
  }

  private static func words(_ line: ArraySlice<UInt8>) -> [String] {
    String(decoding: line, as: UTF8.self).split { $0 == " " || $0 == "\r" }.map(String.init)
  }

  private static func unique(of words: [String]) -> UInt64? {
    switch words.first {
    case "VALUE": return words.count == 5 ? UInt64(words[4]) : nil
    case "HD", "VA", "EN": return words.dropFirst().first { $0.first == "c" }.flatMap { UInt64($0.dropFirst()) }
    case "ME": return words.first { $0.hasPrefix("cas=") }.flatMap { UInt64($0.dropFirst(4)) }
    default: return nil
    }
  }

  // MARK: Frames

  private mutating func areAlikeFrames(_ their: [UInt8], _ our: [UInt8]) -> Bool {
    let (theirFrames, ourFrames) = (Self.frames(their), Self.frames(our))
    // A listing is as long as the daemon has statistics, and items.
    if [theirFrames, ourFrames].allSatisfy({ !$0.isEmpty && $0.allSatisfy { $0.opcode == 0x10 && $0.status == 0 } }) {
      return true
    }
    guard theirFrames.count == ourFrames.count, Self.rest(their, theirFrames) == Self.rest(our, ourFrames) else {
      return false
    }
    for (their, our) in zip(theirFrames, ourFrames) {
      if !match(their.unique, our.unique) { return false }
      if their.opcode == 0x0b, their.status == 0, our.opcode == 0x0b, our.status == 0 { continue }
      if their.head != our.head || Array(their.body) != Array(our.body) { return false }
    }
    return true
  }

  static func frames(_ answer: [UInt8]) -> [AnsweredFrame] {
    var frames: [AnsweredFrame] = []
    while let frame = AnsweredFrame(answer, at: frames.last?.end ?? 0) { frames.append(frame) }
    return frames
  }

  /// What is no whole frame, at the end.
  private static func rest(_ answer: [UInt8], _ frames: [AnsweredFrame]) -> ArraySlice<UInt8> {
    ArraySlice(Array(answer[(frames.last?.end ?? 0)...]))
  }
}
