/// One item as a client sees it.
struct FetchedItem: Equatable, CustomStringConvertible {
  var flags: UInt32
  var cas: UInt64
  var value: [UInt8]

  var text: String { String(decoding: value, as: UTF8.self) }
  var description: String {
    "flags \(flags) cas \(cas) \(value.count) bytes \(String(text.prefix(60)).debugDescription)"
  }
}

extension Client {
  /// `gets` of one key; nil for a miss.
  func fetch(_ key: String) throws -> FetchedItem? {
    try send("gets \(key)\r\n")
    return try readItem(key)
  }

  /// The answer to a `gets` of one key.
  func readItem(_ key: String) throws -> FetchedItem? {
    let header = try line()
    if header == "END\r\n" { return nil }
    let fields = header.split(whereSeparator: { $0 == " " || $0 == "\r\n" })
    guard fields.count == 5, fields[0] == "VALUE", fields[1] == key, let flags = UInt32(fields[2]),
      let count = Int(fields[3]), let cas = UInt64(fields[4])
    else { throw RigError("not an answer to gets: \(header.debugDescription)") }
    let value = try bytes(count)
    let end = try bytes(7)
    guard end.elementsEqual("\r\nEND\r\n".utf8) else {
      throw RigError("a value of \(count) bytes is not followed by END")
    }
    return FetchedItem(flags: flags, cas: cas, value: value)
  }

  /// The value as text; nil for a miss.
  func text(of key: String) throws -> String? { try fetch(key)?.text }

  /// A storage command; its answer without the line's end.
  func store(
    _ command: String = "set", _ key: String, _ value: String, flags: UInt32 = 0, exptime: Int = 0
  ) throws -> String {
    try store(command, key, Array(value.utf8), flags: flags, exptime: exptime)
  }

  func store(
    _ command: String = "set", _ key: String, _ value: [UInt8], flags: UInt32 = 0, exptime: Int = 0
  ) throws -> String {
    let header = Array("\(command) \(key) \(flags) \(exptime) \(value.count)\r\n".utf8)
    try send(header + value + [13, 10])
    return trimmed(try line())
  }

  /// Lets so many seconds pass by the daemon's own clock: as long as a key of them lives.
  func waitUntilExpired(after seconds: Int, meanwhile: () throws -> Void = {}) throws {
    _ = try store("set", "clock", "1", exptime: seconds)
    let deadline = Deadline.within(.seconds(seconds + 30))
    while try text(of: "clock") != nil {
      if deadline.hasPassed { throw RigError("a key that lives \(seconds) s does not expire") }
      try meanwhile()
      Kernel.sleep(microseconds: 20_000)
    }
  }

  /// A command of one line with an answer of one line, both without the line's end.
  func command(_ text: String) throws -> String { trimmed(try ask(text + "\r\n")) }

  /// The pairs of a `stats` command, in their order.
  func statistics(_ topic: String = "") throws -> [(name: String, value: String)] {
    let text = try ask(topic.isEmpty ? "stats\r\n" : "stats \(topic)\r\n", until: "END\r\n")
    return text.split(separator: "\r\n").dropLast().map { line in
      let fields = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      return (String(fields[1]), fields.count > 2 ? String(fields[2]) : "")
    }
  }

  func statistic(_ name: String) throws -> String? { try statistics().first { $0.name == name }?.value }

  /// One of `stats replication`.
  func linkStatistic(_ name: String) throws -> String? {
    try statistics("replication").first { $0.name == name }?.value
  }

  private func trimmed(_ line: String) -> String { line.hasSuffix("\r\n") ? String(line.dropLast()) : line }
}
