/// What a `ChaosWriter` asks and is answered: batches of classic and meta commands, each followed by a `gets` of its key.
struct ChaosConversation {
  private(set) var notes = ChaosWriter.Notes()
  private(set) var operations = 0
  private let number: Int
  private let side: ChaosSide
  private let options: ChaosWriter.Options
  private var random: SeededRandom
  /// The highest stamp shown on any connection; on this one.
  private var shown: UInt64 = 0
  /// Removals of this connection that no later write on it has bounded yet.
  private var unbounded: [Int] = []
  /// Stamps to be used in `cas`.
  private var uniques: [Int: UInt64] = [:]

  private static let large = String(repeating: "x", count: 40_000) + "+"
  private static let tooLarge = String(repeating: "x", count: 1_100_000)

  /// What is expected of one command of a batch.
  private struct Asked {
    let key: Int
    var token: String?
    /// What it writes is its whole value, and newer than this; nil for what is derived.
    var freshAbove: UInt64?
    var removal: Int?
    /// The answer is a value and `END`.
    var isRetrieval = false
  }

  init(_ number: Int, _ side: ChaosSide, _ options: ChaosWriter.Options, seed: UInt64) {
    (self.number, self.side, self.options) = (number, side, options)
    random = SeededRandom(seed: seed)
  }

  /// A new connection: what was asked on the one before is not bounded by what is written on this one.
  mutating func begin() {
    unbounded.removeAll()
    shown = 0
  }

  mutating func batch(_ client: Client, killsBefore: Int) throws {
    var request = ""
    var asked: [Asked] = []
    for _ in 0..<Int.random(in: 1...8, using: &random) {
      asked.append(command(&request, killsBefore))
    }
    try client.send(request)
    for one in asked {
      let answer = try one.isRetrieval ? client.read(until: "END\r\n") : client.line()
      if let removal = one.removal {
        notes.removals[removal].isAnswered = isDone(answer)
        unbounded.append(removal)
      }
      let isFresh = one.freshAbove != nil && (answer.hasPrefix("STORED") || answer.hasPrefix("HD"))
      try see(client.readItem(ChaosKeys.name(one.key)), one, isFresh: isFresh, killsBefore)
      operations += 1
    }
  }

  private func isDone(_ answer: String) -> Bool {
    ["DELETED", "NOT_FOUND", "OK", "STORED", "TOUCHED", "HD", "NF", "EN", "SERVER_ERROR object too large"].contains {
      answer.hasPrefix($0)
    }
  }

  private mutating func see(_ item: FetchedItem?, _ asked: Asked, isFresh: Bool, _ killsBefore: Int)
    throws
  {
    guard let item else {
      uniques[asked.key] = nil
      return
    }
    let text = item.text
    shown = max(shown, item.cas)
    uniques[asked.key] = item.cas
    notes.sightings.append(
      Sighting(
        key: asked.key, stamp: item.cas, content: ChaosVerdict.content(text, item.flags),
        tokens: ChaosToken.all(in: text) ?? [], freshAbove: isFresh ? asked.freshAbove ?? 0 : 0,
        side: side,
        killsBefore: killsBefore))
    guard let token = asked.token, text.contains(token) else { return }
    for removal in unbounded {
      notes.removals[removal].below = item.cas + notes.removals[removal].delay
    }
    unbounded.removeAll()
  }

  // MARK: Commands

  private mutating func command(_ request: inout String, _ killsBefore: Int) -> Asked {
    let key = options.keys.random(&random)
    var asked = Asked(key: key)
    let name = ChaosKeys.name(key)
    switch Int.random(in: 0..<1_000, using: &random) {
    case 0..<600: write(key, &request, &asked)
    case 600..<680: touch(name, operations % 2 == 0 ? 0 : 1_000, &request)
    case 680..<740:
      request += "gat 1000 \(name)\r\n"
      asked.isRetrieval = true
    case 740 where options.hasFlushes && Int.random(in: 0..<20, using: &random) == 0:
      flush(&request, &asked, killsBefore)
    default: remove(key, &request, &asked, killsBefore)
    }
    request += "gets \(name)\r\n"
    return asked
  }

  private mutating func write(_ key: Int, _ request: inout String, _ asked: inout Asked) {
    let name = ChaosKeys.name(key)
    if options.keys.isNumber(key) {
      let amount = Int.random(in: 1...1_000, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0, 1:
        asked.freshAbove = shown
        request += store(amount % 2 == 0 ? "set" : "add", name, "\(amount)")
      case 2: request += speaksMeta() ? "ma \(name) MD D\(amount)\r\n" : "decr \(name) \(amount)\r\n"
      default: request += speaksMeta() ? "ma \(name) D\(amount)\r\n" : "incr \(name) \(amount)\r\n"
      }
      return
    }
    let token = "\(number).\(notes.kinds.count + 1)+"
    asked.token = token
    let choice = Int.random(in: 0..<100, using: &random)
    if choice < 70 {
      asked.freshAbove = shown
      notes.kinds.append(.fresh)
    }
    switch choice {
    case 0..<40: request += store("set", name, token)
    case 40..<42: request += store("set", name, token + Self.large)
    case 42..<56: request += store("add", name, token)
    case 56..<70: request += store("replace", name, token)
    case 70..<90:
      notes.kinds.append(.extending)
      request += store(choice < 80 ? "append" : "prepend", name, token)
    default:
      let unique = uniques[key] ?? 1
      notes.kinds.append(.compared(unique))
      request += store("cas", name, token, unique: unique)
    }
  }

  private mutating func store(
    _ verb: String, _ name: String, _ value: String, unique: UInt64? = nil
  ) -> String {
    let flags = UInt16.random(in: 0 ... .max, using: &random)
    let expiry = Bool.random(using: &random) ? 0 : 1_000
    if speaksMeta() {
      let mode = ["add": " ME", "append": " MA", "prepend": " MP", "replace": " MR"][verb] ?? ""
      let compared = unique.map { " C\($0)" } ?? ""
      return "ms \(name) \(value.utf8.count) F\(flags) T\(expiry)\(mode)\(compared)\r\n\(value)\r\n"
    }
    let last = unique.map { " \($0)" } ?? ""
    return "\(verb) \(name) \(flags) \(expiry) \(value.utf8.count)\(last)\r\n\(value)\r\n"
  }

  /// A third of the commands are meta commands: the two share a connection.
  private mutating func speaksMeta() -> Bool { Int.random(in: 0..<3, using: &random) == 0 }

  /// A new expiry; as a meta command also the right to fetch the item anew. Not the mark that it is stale, which gives the same
  /// value another cas unique: the verdict knows a state by its value.
  private mutating func touch(_ name: String, _ expiry: Int, _ request: inout String) {
    if !speaksMeta() { return request += "touch \(name) \(expiry)\r\n" }
    request += Bool.random(using: &random) ? "mg \(name) T\(expiry)\r\n" : "mg \(name) R100000\r\n"
  }

  private mutating func remove(
    _ key: Int, _ request: inout String, _ asked: inout Asked, _ killsBefore: Int
  ) {
    let name = ChaosKeys.name(key)
    var removal = Removal(key: key, above: shown, side: side, killsBefore: killsBefore)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<8: request += "set \(name) 0 -1 1\r\nx\r\n"
    case 8..<14:
      // Of a key that is not there it touches nothing.
      removal = Removal(key: key, above: nil, side: side, killsBefore: killsBefore)
      request += "touch \(name) -1\r\n"
    case 14..<15: request += "set \(name) 0 0 \(Self.tooLarge.utf8.count)\r\n\(Self.tooLarge)\r\n"
    case 15..<25 where options.hasShortLives && options.keys.isShortLived(key):
      removal = Removal(key: key, above: nil, delay: .max / 2, side: side, killsBefore: killsBefore)
      request += "touch \(name) \(operations % 2 + 1)\r\n"
    default: request += speaksMeta() ? "md \(name)\r\n" : "delete \(name)\r\n"
    }
    asked.removal = notes.removals.count
    notes.removals.append(removal)
  }

  private mutating func flush(_ request: inout String, _ asked: inout Asked, _ killsBefore: Int) {
    asked.removal = notes.removals.count
    if options.hasDelayedFlushes, Int.random(in: 0..<3, using: &random) > 0 {
      let seconds = Int.random(in: 1...2, using: &random)
      request += "flush_all \(seconds)\r\n"
      // One of a side whose clock is ahead is measured by that clock, and the clocks differ by half a minute at most.
      let delay = UInt64(seconds + 60) * 1_000_000_000
      notes.removals.append(
        Removal(key: nil, above: nil, delay: delay, side: side, killsBefore: killsBefore))
    } else {
      request += "flush_all\r\n"
      notes.removals.append(Removal(key: nil, above: shown, side: side, killsBefore: killsBefore))
    }
  }
}
