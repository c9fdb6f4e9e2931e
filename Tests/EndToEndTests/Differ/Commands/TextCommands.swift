/// Classic commands, one after another.
struct TextCommands {
  var words: DifferWords

  private static let retrievals = ["get", "gets", "get", "gets", "gat", "gats"]
  private static let storages = ["set", "set", "set", "add", "replace", "append", "prepend", "cas"]

  mutating func next() -> DifferCommand {
    switch words.random.below(100) {
    case 0..<30: return DifferCommand(words.line(retrieval()))
    case 30..<65: return storage()
    case 65..<72: return DifferCommand(words.line(["delete", words.key()] + silence(["0", "60", "x"])))
    case 72..<86:
      return DifferCommand(words.line([words.pick(["incr", "decr"]), words.key(), words.delta()] + silence()))
    case 86..<92: return DifferCommand(words.line(["touch", words.key(), exptime()] + silence()))
    case 92..<98: return rare()
    default: return unknown()
    }
  }

  private mutating func silence(_ others: [String] = []) -> [String] {
    if words.chance(120) { return ["noreply"] }
    return words.chance(20) ? [words.pick(others + ["NOREPLY", "noreplyx"])] : []
  }

  private mutating func exptime() -> String { words.chance(60) ? words.oddExptime() : words.exptime() }

  private mutating func retrieval() -> [String] {
    let verb = words.pick(Self.retrievals)
    let count = words.chance(700) ? 1 : 1 + words.random.below(words.chance(50) ? 90 : 6)
    let keys = (0..<count).map { _ in words.key() }
    return [verb] + (verb.hasPrefix("gat") ? [exptime()] : []) + keys
  }

  // MARK: Storage

  private mutating func storage() -> DifferCommand {
    let verb = words.pick(Self.storages)
    let value = words.value()
    let count = value.utf8.count
    let silent = silence()
    let head = [verb, words.key(), words.flags(), exptime()]
    if words.chance(30) { return oddLength(head, value, silent) }
    let end = words.chance(20) ? words.pick(["\n", "", "x\r\n", "\r"]) : "\r\n"
    let line = (head + ["\(count)"]).joined(separator: words.chance(15) ? "  " : " ")
    var command = DifferCommand(line, isLast: end == "" || end == "\r" || end == "\n")
    if verb == "cas" {
      command.append(" ")
      command.pieces.append(unique())
    }
    for word in silent { command.append(" " + word) }
    command.append(words.pick(["\r\n", "\r\n", "\r\n", "\r\n", " \r\n", "\n"]))
    command.append(value + end)
    return command
  }

  private mutating func unique() -> DifferCommand.Piece {
    if words.chance(800) { return .unique(words.random.below(4)) }
    return .bytes(Array(words.pick(["0", "1", "x", "-1", "18446744073709551615", "18446744073709551616", "1x"]).utf8))
  }

  /// A length that is not the value's, or none: what follows is the next command, or nobody knows where that begins.
  private mutating func oddLength(_ head: [String], _ value: String, _ silent: [String]) -> DifferCommand {
    let count = value.utf8.count
    let tail = (head[0] == "cas" ? ["1"] : []) + silent
    switch words.random.below(6) {
    case 0 where count > 2:
      return DifferCommand((head + ["\(count - 1)"] + tail).joined(separator: " ") + "\r\n\(value)\r\n")
    case 0, 1:
      return DifferCommand(
        (head + ["\(count + 1 + words.random.below(5))"] + tail).joined(separator: " ") + "\r\n\(value)\r\n",
        isLast: true)
    case 2: return DifferCommand((head + ["2000000"] + tail).joined(separator: " ") + "\r\n\(value)\r\n", isLast: true)
    case 3: return DifferCommand(words.line(head + tail), isLast: true)
    default:
      let length = words.pick(["x", "-1", "99999999999", "2147483647", "2147483646", "1x", "", "-"])
      return DifferCommand((head + [length] + tail).joined(separator: " ") + "\r\n\(value)\r\n", isLast: length.isEmpty)
    }
  }

  // MARK: Others

  private mutating func rare() -> DifferCommand {
    switch words.random.below(44) {
    case 0..<4:
      let time = words.chance(100) ? "2592001" : exptime()
      return DifferCommand(words.line(["flush_all"] + (words.chance(500) ? [time] : []) + silence()))
    case 4..<12:
      return DifferCommand(
        words.line(["verbosity", words.pick(["0", "1", "0", "1", "x", "-1", "+1", ""])] + silence()))
    case 12..<22:
      return DifferCommand(
        words.line(
          ["stats"]
            + words.pick([
              [], ["settings"], ["items"], ["slabs"], ["nonsense"], ["reset"], ["detail"], ["detail", "on"],
              ["detail", "off"], ["detail", "x"],
            ])))
    case 22..<30:
      return DifferCommand(
        words.line(
          ["slabs"]
            + words.pick([
              [], ["automove", "1"], ["automove", "0"], ["automove", "x"], ["automove"], ["x"], ["reassign"],
              ["reassign", "1"], ["reassign", "x", "1"], ["reassign", "1", "1"],
            ])))
    case 30..<34: return DifferCommand(words.line(["shutdown"] + words.pick([[], ["graceful"], ["x"]])))
    case 34: return DifferCommand(words.line(["quit"] + words.pick([[], [], ["x"]])), isLast: true)
    case 35:
      // The length of a cas without unique is taken for that of a data block.
      return DifferCommand(words.pick(["GET / HTTP/1.1\r\n", "cas k0 0 0 1\r\n"]), isLast: true)
    case 36...38:
      let exptime = words.pick(["2147483648", "4294967296", "99999999999"])
      return DifferCommand("set k0 0 \(exptime) 1\r\n1\r\nget k0\r\n")
    case 39, 40:
      return DifferCommand(words.pick(["cache_memlimit 64", "lru_crawler enable", "lru mode flat"]) + "\r\n")
    default: return DifferCommand(words.line(["get", words.key(), "HTTP/1.1"]))
    }
  }

  private mutating func unknown() -> DifferCommand {
    DifferCommand(
      words.pick([
        "\r\n", "\n", " \r\n", "   \r\n", "get\r\n", "gets\r\n", "gat\r\n", "gat 0\r\n", "set\r\n", "GET k0\r\n",
        "getx k0\r\n", "ge k0\r\n",
        "foo bar\r\n", "noreply\r\n", "set k0\r\n", "delete\r\n", "delete noreply\r\n", "incr\r\n", "incr k0\r\n",
        "incr k0 noreply\r\n",
        "touch\r\n", "touch k0\r\n", "mgx\r\n", "v\r\n", "get k0\r\r\n", "\r\r\n", "stats\n",
        "a\r\n", "verbosity\r\n",
      ]))
  }
}
