// A repcached 2.x as docs/replication.md tells of it, word by word, as a plain value: what it hears on the replication port,
// what it says there. No socket; `OldRepcached` of the end-to-end tests puts one around it (it sees this file through a link).
//
// It never answers. Lines that it does not know it ignores. `get`, `stats`, `touch`, `incr`, `cas` and their like crash it:
// `crash` says by which line, and every test asks. What it refuses (a value above its -I, a number it cannot read) it refuses
// in silence and reads the value's bytes as commands. No newline within 1024 bytes: it closes the connection. Expiry is
// absolute unix time in 31 bits. Its cas is a counter, printed with 32 bits.

struct OldCache {
  struct Item: Equatable {
    var flags: UInt32
    var expiresAt: Int64
    var value: [UInt8]
    var cas: UInt64 = 0
  }

  var items: [String: Item] = [:]
  /// Its -I, of which header and key take their share.
  var itemLimit = 1 << 20
  /// Unix seconds.
  var now: Int64 = 1_700_000_000
  private(set) var crash: String?
  private(set) var isClosed = false
  /// Lines that it did not know.
  private(set) var ignored: [String] = []
  private(set) var copyEnds = 0
  private var counter: UInt64 = 1
  private var pendingFlush: Int64?
  private var input: [UInt8] = []
  private var consumed = 0
  /// A `rep` whose value is awaited.
  private var awaited: (key: String, item: Item, count: Int)?

  // MARK: What it hears

  mutating func hear(_ bytes: [UInt8]) {
    input += bytes
    while crash == nil, !isClosed, hearOne() {}
    if consumed > 1 << 16 || consumed == input.count {
      input.removeFirst(consumed)
      consumed = 0
    }
  }

  private mutating func hearOne() -> Bool {
    if let awaited { return hearValue(awaited) }
    let rest = input[consumed...]
    guard let newline = rest.firstIndex(of: 10) else {
      if rest.count > 1024 { isClosed = true }
      return false
    }
    var line = rest[..<newline]
    if line.last == 13 { line.removeLast() }
    consumed = newline + 1
    perform(String(decoding: line, as: UTF8.self))
    return true
  }

  private mutating func hearValue(_ value: (key: String, item: Item, count: Int)) -> Bool {
    let rest = input[consumed...]
    guard rest.count >= value.count + 2 else { return false }
    let bytes = rest.prefix(value.count)
    let end = rest.dropFirst(value.count).prefix(2)
    consumed += value.count + 2
    awaited = nil
    guard end.elementsEqual([13, 10]) else { return true }
    var item = value.item
    item.value = Array(bytes)
    items[value.key] = item
    return true
  }

  private static let deadly: Set = [
    "get", "bget", "gets", "stats", "touch", "incr", "decr", "cas", "set", "add", "replace", "append", "prepend",
  ]

  private mutating func perform(_ line: String) {
    let words = line.split(separator: " ").map(String.init)
    switch (words.first ?? "", words.count) {
    case ("rep", 6): store(words)
    case ("delete", 2...4): items[words[1]] = nil
    case ("flush_all", 1): flush("0")
    case ("flush_all", 2...3): flush(words[1])
    case ("marugoto_end", 1): copyEnds += 1
    case ("quit", 1): isClosed = true
    case (let verb, _) where Self.deadly.contains(verb): crash = line
    default: ignored.append(line)
    }
  }

  private mutating func store(_ words: [String]) {
    guard words[1].utf8.count <= 250, let flags = UInt32(words[2]), let time = Int32(words[3]),
      let count = Int32(words[4]), count >= 0, let cas = UInt64(words[5])
    else { return }
    guard 83 + words[1].utf8.count + Int(count) <= itemLimit else { return items[words[1]] = nil }
    awaited = (words[1], Item(flags: flags, expiresAt: Int64(time), value: [], cas: cas), Int(count))
  }

  private mutating func flush(_ time: String) {
    pendingFlush = Int64(time).flatMap { $0 > 0 ? $0 : nil }
    if pendingFlush == nil { items.removeAll() }
    advance(to: now)
  }

  mutating func advance(to time: Int64) {
    now = time
    if let pendingFlush, pendingFlush <= now {
      items.removeAll()
      self.pendingFlush = nil
    }
  }

  // MARK: What it says, and does

  mutating func set(_ key: String, _ value: [UInt8], flags: UInt32 = 0, expiresAt: Int64 = 0) -> [UInt8] {
    counter += 1
    items[key] = Item(flags: flags, expiresAt: expiresAt, value: value, cas: counter)
    return line(of: key)
  }

  /// A delete by a client, or an eviction: the same to the peer.
  mutating func delete(_ key: String) -> [UInt8] {
    items[key] = nil
    return Array("delete \(key)\r\n".utf8)
  }

  mutating func flush() -> [UInt8] {
    flush("0")
    return Array("flush_all \r\n".utf8)
  }

  mutating func flush(at time: Int64) -> [UInt8] {
    pendingFlush = time
    return Array("flush_all \(time)\r\n".utf8)
  }

  /// What an acceptor says first.
  var copy: [UInt8] { items.keys.flatMap { line(of: $0) } + Array("marugoto_end\r\n".utf8) }

  func line(of key: String) -> [UInt8] {
    guard let item = items[key] else { return [] }
    let cas = UInt32(truncatingIfNeeded: item.cas)
    return Array("rep \(key) \(item.flags) \(item.expiresAt) \(item.value.count) \(cas)\r\n".utf8) + item.value + [
      13, 10,
    ]
  }

  /// What its clients see, as text.
  func text(of key: String) -> String? {
    guard let item = items[key], item.expiresAt == 0 || item.expiresAt > now else { return nil }
    return String(decoding: item.value, as: UTF8.self)
  }

  /// A connection is gone, and with it what was half read.
  mutating func disconnect() {
    input = []
    consumed = 0
    awaited = nil
    isClosed = false
  }
}
