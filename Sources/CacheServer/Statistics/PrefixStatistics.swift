import Synchronization

/// Counts by key prefix (`stats detail`): what comes before the delimiter of `-D`.
///
/// Off unless asked for, because it takes one lock for all workers and keeps a string for every prefix. The number of
/// prefixes is bounded; keys beyond it are counted under none.
final class PrefixStatistics: Sendable {
  struct Counts {
    var gets = 0
    var hits = 0
    var sets = 0
    var deletes = 0
  }
  enum Event {
    case get(hit: Bool)
    case set, delete
  }

  private let delimiter: UInt8
  private let on: Atomic<Bool>
  private let table = Mutex<[String: Counts]>([:])
  private static let maxPrefixes = 10_000

  init(delimiter: UInt8, isOn: Bool) {
    self.delimiter = delimiter
    on = Atomic(isOn)
  }

  var isOn: Bool { on.load(ordering: .relaxed) }
  func turn(on isOn: Bool) { on.store(isOn, ordering: .relaxed) }
  func reset() { table.withLock { $0 = [:] } }

  func count(_ key: Span<UInt8>, _ event: Event) {
    var length = 0
    while length < key.count, key[length] != delimiter { length += 1 }
    if length == key.count { return }
    let prefix = String(decoding: (0..<length).map { key[$0] }, as: UTF8.self)
    table.withLock { table in
      if table[prefix] == nil, table.count >= Self.maxPrefixes { return }
      table[prefix, default: Counts()].note(event)
    }
  }

  /// `PREFIX p get n hit n set n del n`, one a line, and END.
  func dump() -> String {
    // A copy, so that nobody waits for the sorting.
    let counted = table.withLock { $0 }
    let lines = counted.sorted { $0.key < $1.key }.map { prefix, counts in
      "PREFIX \(prefix) get \(counts.gets) hit \(counts.hits) set \(counts.sets) del \(counts.deletes)\r\n"
    }
    return lines.joined() + "END\r\n"
  }
}

extension PrefixStatistics.Counts {
  mutating func note(_ event: PrefixStatistics.Event) {
    switch event {
    case .get(let hit):
      gets += 1
      hits += hit ? 1 : 0
    case .set: sets += 1
    case .delete: deletes += 1
    }
  }
}
