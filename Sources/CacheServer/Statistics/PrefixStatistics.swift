import MemcacheProtocol
import Platform
import Synchronization

/// Counts by key prefix (`stats detail`): what comes before the delimiter of `-D`.
///
/// Off unless asked for, because it takes one lock for all workers and keeps the bytes of every prefix. The number of
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
  private let observation: Observation
  private let table = Mutex<[[UInt8]: Counts]>([:])
  private static let maxPrefixes = 10_000

  /// - Parameter observation: where workers see whether they are to count.
  init(delimiter: UInt8, isOn: Bool, observation: Observation = Observation()) {
    self.delimiter = delimiter
    self.observation = observation
    turn(on: isOn)
  }

  var isOn: Bool { observation.current.contains(.prefixes) }
  func turn(on isOn: Bool) { observation.set(.prefixes, on: isOn) }
  func reset() { table.withLock { $0 = [:] } }

  func count(_ key: Span<UInt8>, _ event: Event) {
    var length = 0
    while length < key.count, key[length] != delimiter { length += 1 }
    if length == key.count { return }
    let prefix = (0..<length).map { key[$0] }
    table.withLock { table in
      if table[prefix] == nil, table.count >= Self.maxPrefixes { return }
      table[prefix, default: Counts()].note(event)
    }
  }

  /// `PREFIX p get n hit n set n del n`, one a line, and END: the prefix as its bytes are, which need not be text.
  func dump() -> [UInt8] {
    // A copy, so that nobody waits for the sorting.
    let counted = table.withLock { $0 }
    var bytes: [UInt8] = []
    for (prefix, counts) in counted.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      bytes += "PREFIX ".utf8
      bytes += Self.word(prefix)
      bytes += " get \(counts.gets) hit \(counts.hits) set \(counts.sets) del \(counts.deletes)\r\n".utf8
    }
    bytes += "END\r\n".utf8
    return bytes
  }

  /// A key of the binary protocol may have any bytes, and must not end a line.
  private static func word(_ prefix: [UInt8]) -> [UInt8] {
    if EscapedKey.isWord(prefix.span) { return prefix }
    var word = ByteBuffer(capacity: prefix.count * 4)
    EscapedKey.writeWord(prefix.span, to: &word)
    let bytes = word.bytes
    return bytes.indices.map { bytes[$0] }
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
