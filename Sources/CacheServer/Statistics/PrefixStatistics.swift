import MemcacheProtocol
import Platform
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
  private let observation: Observation
  private let table = Mutex<[String: Counts]>([:])
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
      "PREFIX \(Self.printable(prefix)) get \(counts.gets) hit \(counts.hits) set \(counts.sets) del \(counts.deletes)\r\n"
    }
    return lines.joined() + "END\r\n"
  }

  /// A client's key must not end a line.
  private static func printable(_ prefix: String) -> String {
    let bytes = Array(prefix.utf8)
    if bytes.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: "\\") }) { return prefix }
    var text = ByteBuffer(capacity: bytes.count * 4)
    EscapedKey.writePrintable(bytes.span, to: &text)
    return text.text
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
