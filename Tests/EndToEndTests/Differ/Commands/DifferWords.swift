import TestSupport

/// Words that commands are made of, the usual ones often and odd ones at times.
///
/// No time to live runs out while a conversation lasts: they are over, never, or long.
struct DifferWords {
  var random: SeededRandom

  static let longKey = String(repeating: "K", count: 250)
  static let tooLongKey = String(repeating: "L", count: 251)
  /// All keys that may be there, to be removed before a conversation. The first few are the usual ones.
  static let keys = (0..<6).map { "k\($0)" } + ["noreply", "k:1", "é", longKey, "0"]

  /// Of base64, those that are keys beside them.
  static let encodedKeys = ["aw==", "AA==", "a29yZWE="]

  /// True in so many of a thousand cases.
  mutating func chance(_ perMille: Int) -> Bool { random.below(1000) < perMille }

  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[random.below(elements.count)] }

  mutating func key() -> String {
    if !chance(50) { return Self.keys[random.below(6)] }
    return chance(300) ? Self.tooLongKey : pick(Self.keys)
  }

  mutating func value() -> String {
    switch random.below(20) {
    case 0..<9:
      return pick([
        "0", "1", "5", "9", "10", "99", "100", "1000", "4294967295", "18446744073709551615", "18446744073709551614",
      ])
    case 9: return pick(["", " 12", "12 ", "+5", "-1", "12abc", "0x10", "007", "18446744073709551616", "1 2", "\t7"])
    case 10: return String(repeating: "v", count: 500 + random.below(9000))
    case 11 where chance(50): return String(repeating: "w", count: 100_000 + random.below(400_000))
    default: return String((0..<random.below(20)).map { _ in pick(Array("abcdefghij ")) })
    }
  }

  mutating func exptime() -> String {
    if !chance(250) { return "0" }
    return pick(["-1", "100000", "2592000", "2592001", "1000", "2147483647", "-100", "00"])
  }

  mutating func oddExptime() -> String { pick(["x", "1x", "1.5", "+1000", "-", "0x10", "99999999999999999999", "''"]) }

  mutating func flags() -> String {
    chance(900)
      ? pick(["0", "1", "5", "123", "4294967295"]) : pick(["x", "-1", "4294967296", "1x", "+5", "0x5", "01"])
  }

  mutating func delta() -> String {
    if !chance(150) { return pick(["1", "5", "10", "99", "1000", "18446744073709551615"]) }
    return pick(["0", "-1", "+1", "x", "1x", "18446744073709551616", "1.5", "0x1", "007", "99999999999999999999999"])
  }

  /// Words in a line: mostly as they should be, at times with spaces too many, one word too few, or another line end.
  mutating func line(_ words: [String]) -> String {
    var words = words
    if words.count > 1, chance(15) { words.remove(at: random.below(words.count)) }
    // A flush in a second would meet whatever is said then.
    if chance(10) { words.append(pick(words.first == "flush_all" ? ["0", "x"] : ["0", "x", "noreply", "1"])) }
    var line = chance(10) ? " " : ""
    for (number, word) in words.enumerated() {
      if number > 0 { line += chance(20) ? pick(["  ", "   "]) : " " }
      line += word
    }
    if chance(20) { line += pick([" ", "  "]) }
    return line + (chance(30) ? "\n" : "\r\n")
  }
}
