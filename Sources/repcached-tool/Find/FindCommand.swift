import ArgumentParser
import KeyDistribution

struct FindCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "find", abstract: "Tell which server of a list has a key, as the clients choose it.",
    discussion: """
      The list must be written as the clients have it: host, port and order decide. Of a pair name the side that they name first.

      Example: repcached-tool find user:4711 --servers a:11211,b:11211,c:11211 --algorithm ketama --ask
      """)

  @Argument(help: ArgumentHelp("The keys.", valueName: "key"))
  var keys: [String]

  @Option(
    name: .long, help: ArgumentHelp("The servers that share the keys, with commas between.", valueName: "servers"))
  var servers: ServerList
  @OptionGroup var rule: DistributionOptions

  @Option(name: .long, help: ArgumentHelp("Servers of the list that clients hold for dead.", valueName: "servers"))
  var dead: ServerList?

  @Flag(name: .long, help: "Ask every server whether it has the key.")
  var ask = false
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func validate() throws {
    for key in keys where !StoredItem.isWord(Array(key.utf8)) {
      throw ValidationError("no key: \(key.debugDescription)")
    }
    for name in dead?.names ?? [] where !servers.names.contains(name) {
      throw ValidationError("\(name) is dead and not in the list")
    }
  }

  func run() throws {
    try telling { () throws(ToolError) in
      let finder = KeyFinder(servers.names, rule.distribution, dead: dead?.names ?? [])
      var found: [FoundKey] = []
      for key in keys { found.append(FoundKey(key: key, server: finder.server(of: key)?.description)) }
      if ask { try askAll(&found) }
      if output.json { return try StandardOutput.print(json: found) }
      for key in found { try StandardOutput.print(key.lines) }
    }
  }

  private func askAll(_ found: inout [FoundKey]) throws(ToolError) {
    for name in servers.names where dead?.names.contains(name) != true {
      let server = try ServerConversation(name, access)
      for index in found.indices {
        guard let there = try server.meta(found[index].key) else { continue }
        found[index].there[name.description] = there
      }
    }
    for index in found.indices { found[index].isAsked = true }
  }
}

/// A key, who should have it, and who has.
struct FoundKey: Encodable, Equatable, Sendable {
  let key: String
  /// Nil: the rule names none that lives.
  let server: String?
  /// What the servers that have it say of it.
  var there: [String: ItemNote] = [:]
  var isAsked = false

  /// One line; with those that have it a line for each of them.
  var lines: String {
    let head = "\(key)  \(server ?? "no server that lives")\n"
    if !isAsked { return head }
    let others = there.keys.filter { $0 != server }.sorted()
    let own = server.map { "  \($0)  \(there[$0]?.text ?? "not there")\n" } ?? ""
    return head + own + others.map { "  \($0)  \(there[$0]?.text ?? ""), where clients do not look\n" }.joined()
  }
}

/// Of an item, without its value.
struct ItemNote: Encodable, Equatable, Sendable {
  let bytes: Int
  let flags: UInt32
  /// Seconds; nil: for ever.
  let expiresIn: Int?

  var text: String {
    "\(bytes) bytes, flags \(flags), " + (expiresIn.map { "expires in \($0) s" } ?? "never expires")
  }
}

/// Which server of a list has a key.
struct KeyFinder {
  private let names: [ServerName]
  private var map: KeyMap

  init(_ names: [ServerName], _ distribution: Distribution, dead: [ServerName] = []) {
    self.names = names
    map = KeyMap(names.map(\.server), distribution)
    for (number, name) in names.enumerated() where dead.contains(name) { map.mark(number, isDead: true) }
  }

  func server(of key: String) -> ServerName? { map.server(for: Array(key.utf8).span).map { names[$0] } }
}

extension ServerConversation {
  /// `mg KEY s f t`; nil: it has none. A read that nobody counts as one: the item is as likely to be evicted as before.
  func meta(_ key: String) throws(ToolError) -> ItemNote? {
    try send("mg \(key) s f t\r\n")
    let line = try line()
    let words = line.split(separator: " ")
    if words.first == "EN" { return nil }
    guard words.first == "HD" else { throw .unavailable("\(server) says to mg: \(line)") }
    func value(_ flag: Character) -> Int? {
      words.first { $0.first == flag }.flatMap { ReportedNumber.read($0.dropFirst()) }
    }
    let time = value("t") ?? -1
    return ItemNote(bytes: value("s") ?? 0, flags: UInt32(clamping: value("f") ?? 0), expiresIn: time < 0 ? nil : time)
  }
}
