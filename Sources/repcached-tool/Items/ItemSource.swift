/// All items of a server, one after another: its keys first, then their values in batches.
///
/// ```
///   lru_crawler metadump all ─▶ keys with their times ─▶ get k1 k2 … ─▶ items
/// ```
///
/// What is written meanwhile is told as it is then; what goes meanwhile is left out. Keys that are no words (of the binary protocol)
/// cannot be asked for by `get`, and are counted.
struct ItemSource {
  private let server: ServerConversation
  private(set) var keys: [ListedKey] = []
  private(set) var unnamed = 0
  private static let batch = 64

  /// Lists the keys.
  ///
  /// - Parameter limit: no more lines than this are looked at, as in memcached-tool.
  init(_ name: ServerName, _ access: AccessOptions, limit: Int? = nil) throws(ToolError) {
    let listing = try ServerConversation(name, access)
    var progress = Progress("listed keys")
    var found: [ListedKey] = []
    var unnamed = 0
    try Self.list(listing, limit) { (line) throws(ToolError) in
      guard let key = ListedKey(line) else { return }
      if StoredItem.isWord(key.key) { found.append(key) } else { unnamed += 1 }
      progress.show(found.count)
    }
    progress.end()
    (keys, self.unnamed) = (found, unnamed)
    // One that was told to stop goes on with its dump: another connection.
    server = limit == nil ? listing : try ServerConversation(name, access)
  }

  /// The lines of a listing, with their ends.
  static func list(
    _ server: ServerConversation, _ limit: Int?, _ body: ([UInt8]) throws(ToolError) -> Void
  ) throws(ToolError) {
    try server.send("lru_crawler metadump all\r\n")
    var count = 0
    while let line = try server.rawLine(.part) {
      if line.starts(with: Array("END".utf8)) || limit == count { return }
      if refusals.contains(where: { line.starts(with: Array($0.utf8)) }) {
        throw .unavailable(
          "\(server.server) does not list its keys: \(String(decoding: line.dropLast(2), as: UTF8.self))")
      }
      try body(line)
      count += 1
    }
    throw .unavailable("\(server.server): the connection was closed")
  }

  private static let refusals = ["ERROR", "CLIENT_ERROR", "SERVER_ERROR", "BUSY", "BADCLASS"]

  /// Every item, in batches.
  func forEachBatch(_ body: ([StoredItem]) throws(ToolError) -> Void) throws(ToolError) {
    var start = 0
    while start < keys.count {
      let batch = keys[start..<min(start + Self.batch, keys.count)]
      try body(try items(batch))
      start += batch.count
    }
  }

  /// Only what was asked for, each key once: what comes else would go on as a command to another server.
  private func items(_ batch: ArraySlice<ListedKey>) throws(ToolError) -> [StoredItem] {
    var wanted = Dictionary(batch.map { ($0.key, $0.expiresAt) }, uniquingKeysWith: { $1 })
    try server.send(Array("get".utf8) + wanted.keys.flatMap { [32] + $0 } + [13, 10])
    var items: [StoredItem] = []
    while true {
      let line = try server.lineBytes(.part)
      if line == Array("END".utf8) { return items }
      let words = line.split(separator: 32)
      guard words.count == 4, words[0].elementsEqual("VALUE".utf8), let flags = Self.number(words[2]),
        let count = Self.number(words[3])
      else { throw .unavailable("\(server.server) says to get: \(String(decoding: line, as: UTF8.self))") }
      let key = Array(words[1])
      guard let time = wanted.removeValue(forKey: key) else {
        throw .unavailable(
          "\(server.server) answers with a key that was not asked for: \(String(decoding: key, as: UTF8.self))")
      }
      let value = try server.data(Int(count))
      items.append(StoredItem(key: key, flags: flags, expiresAt: time, value: value))
    }
  }

  static func number(_ digits: some Collection<UInt8>) -> UInt32? { UInt32(String(decoding: digits, as: UTF8.self)) }
}
