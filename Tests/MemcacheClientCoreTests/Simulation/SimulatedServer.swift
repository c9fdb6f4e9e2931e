@testable import MemcacheClientCore

/// One side of a pair in the simulation: what it holds, and whether it lives. Speaks the meta commands that the client sends.
struct SimulatedServer {
  enum State: Equatable {
    case running
    /// It takes in and does nothing (SIGSTOP).
    case stopped
    case dead
    /// Nothing reaches it, nothing comes from it.
    case cut
  }

  struct Entry: Equatable {
    var value: [UInt8]
    var stamp: Int
  }

  var state = State.running
  var items: [String: Entry] = [:]
  /// What clients say of a connection: bytes that came and are not executed yet.
  var inputs: [LinkID: [UInt8]] = [:]
  private(set) var changes: [(key: String, entry: Entry)] = []
  /// How often each increment was done, by its opaque.
  private var stamp = 0

  mutating func takeChanges() -> [(key: String, entry: Entry)] {
    defer { changes = [] }
    return changes
  }

  /// The greater stamp stays.
  mutating func apply(_ key: String, _ entry: Entry) {
    if let held = items[key], held.stamp >= entry.stamp { return }
    items[key] = entry
  }

  /// All whole requests of a connection, executed.
  mutating func execute(_ id: LinkID, at time: Int, isLinked: Bool) -> [UInt8] {
    var answers = ""
    while let line = takeLine(id) {
      let words = line.split(separator: " ").map(String.init)
      switch words[0] {
      case "mn": answers += "MN\r\n"
      case "stats": answers += "STAT state \(isLinked ? "stream" : "listen")\r\nEND\r\n"
      case "mg": answers += get(words)
      case "ms":
        guard let count = Int(words[2]), let value = takeValue(id, count) else {
          inputs[id] = Array((line + "\r\n").utf8) + (inputs[id] ?? [])
          return Array(answers.utf8)
        }
        write(words[1], value, time)
        answers += "HD \(words.last ?? "")\r\n"
      case "ma": answers += increment(words, time)
      default: answers += "ERROR\r\n"
      }
    }
    return Array(answers.utf8)
  }

  private func get(_ words: [String]) -> String {
    guard let entry = items[words[1]] else { return "EN\r\n" }
    return "VA \(entry.value.count) f0 c\(entry.stamp) \(words.last ?? "")\r\n\(text(entry.value))\r\n"
  }

  private mutating func increment(_ words: [String], _ time: Int) -> String {
    let number = (items[words[1]].flatMap { Int(text($0.value)) } ?? 0) + 1
    write(words[1], Array(String(number).utf8), time)
    return "VA \(String(number).count) \(words.last ?? "")\r\n\(number)\r\n"
  }

  private mutating func write(_ key: String, _ value: [UInt8], _ time: Int) {
    stamp = max(stamp + 1, time)
    let entry = Entry(value: value, stamp: stamp)
    items[key] = entry
    changes.append((key, entry))
  }

  private mutating func takeLine(_ id: LinkID) -> String? {
    guard let input = inputs[id], let end = input.firstIndex(of: 10), end > 0 else { return nil }
    inputs[id] = Array(input[(end + 1)...])
    return text(Array(input[..<(end - 1)]))
  }

  private mutating func takeValue(_ id: LinkID, _ count: Int) -> [UInt8]? {
    guard let input = inputs[id], input.count >= count + 2 else { return nil }
    inputs[id] = Array(input[(count + 2)...])
    return Array(input[..<count])
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
