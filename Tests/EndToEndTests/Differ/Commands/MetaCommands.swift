/// Meta commands, with classic ones between them: they share connections and items.
struct MetaCommands {
  private var text: TextCommands
  private var words: DifferWords {
    get { text.words }
    set { text.words = newValue }
  }

  init(words: DifferWords) { text = TextCommands(words: words) }

  mutating func next() -> DifferCommand {
    switch words.random.below(100) {
    case 0..<35: return DifferCommand(line("mg", getFlags()))
    case 35..<62: return store()
    case 62..<72: return DifferCommand(line("md", deleteFlags()))
    case 72..<84: return DifferCommand(line("ma", arithmeticFlags()))
    case 84..<87: return DifferCommand(words.line(["mn"] + (words.chance(100) ? ["x"] : [])))
    case 87..<90: return DifferCommand(words.line(["me", words.key()] + (words.chance(100) ? ["b"] : [])))
    case 90..<93: return odd()
    default: return text.next()
    }
  }

  private mutating func line(_ verb: String, _ flags: [String]) -> String {
    let (key, mark) = keyAndMark()
    return words.line([verb, key] + (flags + mark).shuffled(using: &text.words.random))
  }

  /// A key as it is, or in base64.
  private mutating func keyAndMark() -> (String, [String]) {
    if !words.chance(40) { return (words.key(), words.chance(5) ? ["b"] : []) }
    return (
      words.pick(["azA=", "azE=", "azI=", "azM=", "aw==", "!!!!", "azA", "AA==", "a29yZWE="]),
      words.chance(950) ? ["b"] : []
    )
  }

  /// Each of them in so many of a hundred cases.
  private mutating func some(_ flags: [String], _ percent: Int) -> [String] {
    flags.filter { _ in words.chance(percent * 10) }
  }

  private mutating func common() -> [String] {
    var flags = some(["q"], 15) + some(["k"], 15)
    // One that is too long has its entry in the list, which then covers all that is said to the key.
    if words.chance(200) { flags.append("O" + words.pick(["1", "abc", "", String(repeating: "o", count: 31)])) }
    if words.chance(3) { flags.append("O" + String(repeating: "p", count: words.pick([32, 33]))) }
    if words.chance(15) { flags.append(words.pick(["q", "k", "v", "z", "Q", "1", "?", "O1", "S10", "qq", "kv"])) }
    return flags
  }

  private mutating func number() -> String {
    words.pick(["0", "-1", "100000", "1000", "x", "", "2147483647", "-", "1x"])
  }

  private mutating func ttl() -> String { words.chance(900) ? words.pick(["0", "-1", "100000", "1000"]) : number() }

  /// None that a second's end could make less than what is left of a time to live.
  private mutating func recache() -> String {
    words.chance(900) ? words.pick(["0", "500", "30000", "200000"]) : number()
  }

  /// Uniques that a client gives: far above those that a daemon counts itself.
  private mutating func explicit() -> String {
    words.pick(["9000000000000000001", "9000000000000000002", "9000000000000000009", "x", "0"])
  }

  private mutating func getFlags() -> [String] {
    var flags = common() + some(["v"], 60) + some(["c", "f", "s", "t", "h"], 20) + some(["l"], 8)
    if words.chance(60) { flags.append("N" + ttl()) }
    if words.chance(60) { flags.append("R" + recache()) }
    if words.chance(60) { flags.append("T" + ttl()) }
    if words.chance(30) { flags.append("E" + explicit()) }
    if words.chance(20) { flags.append("C" + explicit()) }
    return flags
  }

  private mutating func deleteFlags() -> [String] {
    var flags = common() + some(["I"], 30) + some(["x"], 10)
    if words.chance(150) { flags.append("T" + ttl()) }
    if words.chance(100) { flags.append("C" + explicit()) }
    if words.chance(100) { flags.append("E" + explicit()) }
    return flags
  }

  private mutating func arithmeticFlags() -> [String] {
    var flags = common() + some(["v"], 60) + some(["t", "c"], 20)
    if words.chance(150) { flags.append("N" + ttl()) }
    if words.chance(150) { flags.append("J" + words.delta()) }
    if words.chance(300) { flags.append("D" + words.delta()) }
    if words.chance(100) { flags.append("T" + ttl()) }
    if words.chance(300) { flags.append("M" + words.pick(["I", "D", "+", "-", "i", "d", "incr", "x", ""])) }
    if words.chance(60) { flags.append("C" + explicit()) }
    if words.chance(60) { flags.append("E" + explicit()) }
    return flags
  }

  private mutating func store() -> DifferCommand {
    var flags = common() + some(["c", "b"], 5) + some(["I"], 10)
    if words.chance(200) { flags.append("F" + words.flags()) }
    if words.chance(200) { flags.append("T" + ttl()) }
    if words.chance(300) {
      flags.append("M" + words.pick(["S", "E", "A", "P", "R", "s", "e", "a", "p", "r", "set", "x", ""]))
    }
    if words.chance(100) { flags.append("N" + ttl()) }
    if words.chance(150) { flags.append("E" + explicit()) }
    let value = words.value()
    let length = words.chance(985) ? "\(value.utf8.count)" : words.pick(["x", "-1", "S5", "", "99999999999"])
    let end = words.chance(985) ? "\r\n" : words.pick(["x\r\n", "\n"])
    let head = ["ms", words.key(), length] + flags.shuffled(using: &text.words.random)
    var command = DifferCommand(head.joined(separator: " "), isLast: end == "\n")
    if words.chance(150) {
      command.append(" C")
      command.pieces.append(.unique(words.random.below(4)))
    }
    command.append((words.chance(20) ? " " : "") + "\r\n" + value + end)
    return command
  }

  private mutating func odd() -> DifferCommand {
    let many = (0..<25).map { _ in words.pick(["v", "t", "f", "s", "k", "c"]) }
    return DifferCommand(
      words.pick([
        "mg\r\n", "ms\r\n", "md\r\n", "ma\r\n", "me\r\n", "mn\r\n", "mg \r\n", "mg k0 v v\r\n", "ms k0\r\n",
        "ms k0 \r\n", "ms k0 S2\r\n",
        "mg \(DifferWords.tooLongKey) v\r\n", "md \(DifferWords.tooLongKey) q\r\n",
        "mg k0 \(many.joined(separator: " "))\r\n", "mg k0 b v\r\n",
        "ma k0 MI MD\r\n", "mg  k0 v\r\n", " mg k0 v\r\n", "mgx k0\r\n", "mg k0 O\r\n", "mg k0 T\r\n",
        "ms k0 0 T0 F1 I\r\n\r\n",
      ]))
  }
}
