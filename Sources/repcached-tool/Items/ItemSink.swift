import KeyDistribution
import Platform

/// Where items go: a server, or several, each key to the one that a client's rule says. Batches are sent at once and then answered.
///
/// With a rate it sleeps before a batch that would be too early.
struct ItemSink {
  /// What became of them.
  struct Counts: Encodable, Equatable, Sendable {
    var stored = 0
    /// The server has the key, or what it does has.
    var kept = 0
    var refused = 0
    var expired = 0

    var total: Int { stored + kept + refused + expired }
  }

  private let servers: [ServerConversation]
  private let map: KeyMap
  private let verb: String
  private let rate: Int?
  private let start = SystemClock.monotonicNanoseconds()
  private(set) var counts = Counts()
  /// The first refusal, in the server's words.
  private(set) var refusal: String?

  /// - Parameters:
  ///   - overwrites: what is there already is replaced; else it stays.
  ///   - rate: items a second at most.
  init(
    _ names: [ServerName], _ distribution: Distribution, _ access: AccessOptions, overwrites: Bool, rate: Int?
  ) throws(ToolError) {
    var servers: [ServerConversation] = []
    for name in names { servers.append(try ServerConversation(name, access)) }
    self.servers = servers
    map = KeyMap(names.map(\.server), distribution)
    verb = overwrites ? "set" : "add"
    self.rate = rate
  }

  mutating func store(_ items: [StoredItem]) throws(ToolError) {
    pause(before: items.count)
    let now = Int64(SystemClock.unixMicroseconds() / 1_000_000)
    var sent: [Int: [StoredItem]] = [:]
    for item in items {
      if let end = item.expiresAt, end <= now {
        counts.expired += 1
        continue
      }
      sent[map.server(for: item.key.span) ?? 0, default: []].append(item)
    }
    for (number, items) in sent { try servers[number].send(items.flatMap { $0.command(verb) }) }
    for (number, items) in sent {
      for item in items { try take(servers[number].line(.part), item) }
    }
  }

  private mutating func take(_ answer: String, _ item: StoredItem) throws(ToolError) {
    switch answer {
    case "STORED": counts.stored += 1
    case "NOT_STORED": counts.kept += 1
    case _ where answer.hasPrefix("SERVER_ERROR"):
      counts.refused += 1
      refusal = refusal ?? answer
    default:
      // What comes next could be the answer to anything.
      throw .unavailable("the server says to \(verb): \(answer)")
    }
  }

  /// Until so many more may be sent.
  private func pause(before count: Int) {
    guard let rate else { return }
    let due = start + UInt64(counts.total + count) * 1_000_000_000 / UInt64(rate)
    let now = SystemClock.monotonicNanoseconds()
    if due > now { ProcessPause.sleep(nanoseconds: due - now) }
  }
}

extension ServerName {
  /// As distributions know it.
  var server: Server {
    switch place {
    case .tcp(let host, let port): Server(host: host, port: port)
    case .unix(let path): Server(host: path, port: 0)
    }
  }
}
