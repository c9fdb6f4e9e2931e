/// What each connection of HTTP waits for, and which has to go: a plain value, times handed in, no sockets.
///
/// ```
///   add ─▶ idle ─began─▶ reading ─arrived─▶ answering ─answered─▶ writing ─completed─▶ idle ─▶ …
/// ```
///
/// A request has ten seconds from its first byte to its last, however it comes; so long a connection may be idle, too, and it is not kept
/// beyond five minutes; an answer has half a minute to be taken. Where there are too many, in all or of one host, those go that wait for
/// their client: first who has asked nothing for a second, then who asks longest, then who reads longest. So whoever asks at once is
/// answered, whoever else sits there. Nobody goes whose answer is being made: that ends of itself.
struct HTTPConnectionTable {
  enum Phase: Equatable {
    case idle, reading, answering, writing
  }

  struct Entry {
    let id: UInt64
    let host: String
    let acceptedAt: UInt64
    var phase = Phase.idle
    /// Of the phase.
    var since: UInt64
  }

  /// In nanoseconds, as all times here.
  private static let second: UInt64 = 1_000_000_000
  static let maxRequest = 10 * second
  static let maxIdle = 10 * second
  static let maxWriting = 30 * second
  static let maxAge = 300 * second

  private(set) var entries: [Entry] = []
  private let limit: Int
  private let hostLimit: Int

  /// - Parameter limit: of all; one host may have three quarters of that.
  init(limit: Int) { (self.limit, hostLimit) = (limit, max(1, limit * 3 / 4)) }

  var count: Int { entries.count }

  mutating func add(_ id: UInt64, host: String, now: UInt64) {
    entries.append(Entry(id: id, host: host, acceptedAt: now, since: now))
  }

  mutating func keep(_ isOpen: (UInt64) -> Bool) { entries.removeAll { !isOpen($0.id) } }

  /// Bytes have come: the first of a request, or more of it.
  mutating func began(_ id: UInt64, now: UInt64) {
    change(id) { if $0.phase == .idle { ($0.phase, $0.since) = (.reading, now) } }
  }

  mutating func set(_ id: UInt64, _ phase: Phase, now: UInt64) {
    change(id) { ($0.phase, $0.since) = (phase, now) }
  }

  private mutating func change(_ id: UInt64, _ body: (inout Entry) -> Void) {
    guard let index = entries.firstIndex(where: { $0.id == id }) else { return }
    body(&entries[index])
  }

  /// Those whose time is over.
  func overdue(now: UInt64) -> [UInt64] {
    entries.filter { entry in
      let time = now - min(entry.since, now)
      return switch entry.phase {
      case .idle: time >= Self.maxIdle || now - min(entry.acceptedAt, now) >= Self.maxAge
      case .reading: time >= Self.maxRequest
      case .answering: false
      case .writing: time >= Self.maxWriting
      }
    }.map(\.id)
  }

  /// Those that have to go so that there are no more than may be.
  func surplus(now: UInt64) -> [UInt64] {
    var gone: Set<UInt64> = []
    // Of several of one moment the first: sorting alone keeps no order.
    var order = entries.enumerated().filter { $0.element.phase != .answering }
      .sorted { (Self.rank($0.element, now), $0.offset) < (Self.rank($1.element, now), $1.offset) }.map(\.element)
    for host in Set(entries.map(\.host)) {
      let excess = entries.count { $0.host == host } - hostLimit
      if excess > 0 { gone.formUnion(order.filter { $0.host == host }.prefix(excess).map(\.id)) }
    }
    order.removeAll { gone.contains($0.id) }
    gone.formUnion(order.prefix(max(0, entries.count - gone.count - limit)).map(\.id))
    return Array(gone)
  }

  /// Whether one more would have to wait until an answer is made.
  var isBusy: Bool { entries.count { $0.phase == .answering } >= limit }

  private struct Rank: Comparable {
    let order: Int
    let since: UInt64

    static func < (left: Rank, right: Rank) -> Bool { (left.order, left.since) < (right.order, right.since) }
  }

  private static func rank(_ entry: Entry, _ now: UInt64) -> Rank {
    switch entry.phase {
    case .idle where now - min(entry.since, now) > second: Rank(order: 0, since: entry.since)
    case .idle, .reading, .answering: Rank(order: 1, since: entry.since)
    case .writing: Rank(order: 2, since: entry.since)
    }
  }
}
