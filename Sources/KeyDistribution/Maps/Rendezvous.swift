/// pymemcache's rendezvous: each server is hashed with the key, the highest score wins. When one goes only its keys move, and
/// nothing is built. Weights mean nothing to it.
struct Rendezvous: Sendable {
  private let form: PythonKey
  private let servers: [Scored]

  /// A server, its name already hashed.
  private struct Scored: Sendable {
    let name: String
    let state: Murmur3
  }

  init(_ servers: [Server], _ form: PythonKey) {
    self.form = form
    self.servers = servers.map { server in
      var state = Murmur3()
      for byte in "\(server.address)-".utf8 { state.add(byte) }
      return Scored(name: server.address, state: state)
    }
  }

  func server(for key: Span<UInt8>, isDead: [Bool]) -> Int? {
    var best: Int?
    var highest: UInt32 = 0
    for index in servers.indices where !isDead[index] {
      var state = servers[index].state
      add(key, to: &state)
      let score = state.value
      guard let other = best else {
        (best, highest) = (index, score)
        continue
      }
      let wins = score > highest || score == highest && servers[index].name > servers[other].name
      if wins { (best, highest) = (index, score) }
    }
    return best
  }

  private func add(_ key: Span<UInt8>, to state: inout Murmur3) {
    switch form {
    case .text: addText(key, to: &state)
    case .bytes: addLiteral(key, to: &state)
    }
  }

  /// Of each character the lowest eight bits. What is no UTF-8 cannot have been a text; its bytes are taken.
  private func addText(_ key: Span<UInt8>, to state: inout Murmur3) {
    var start = 0
    while start < key.count {
      guard key[start] >= 0x80 else {
        state.add(key[start])
        start &+= 1
        continue
      }
      let count = key.characterCount(at: start)
      let last = key[start &+ count &- 1]
      state.add(count == 1 ? last : last & 0x3f | key[start &+ count &- 2] << 6)
      start &+= count
    }
  }

  /// Python's `str(key)`: b'key', which is what pymemcache hashes of bytes.
  private func addLiteral(_ key: Span<UInt8>, to state: inout Murmur3) {
    let quote = PythonLiteral.quote(key)
    state.add(UInt8(ascii: "b"))
    state.add(quote)
    for index in key.indices { PythonLiteral.add(key[index], quote, to: &state) }
    state.add(quote)
  }
}

extension Span<UInt8> {
  /// How many bytes the character of UTF-8 has that begins here, 1 if it is none.
  fileprivate func characterCount(at start: Int) -> Int {
    let count =
      switch self[start] {
      case 0xc2...0xdf: 2
      case 0xe0...0xef: 3
      case 0xf0...0xf4: 4
      default: 1
      }
    guard start &+ count <= self.count else { return 1 }
    for index in (start &+ 1)..<(start &+ count) where self[index] & 0xc0 != 0x80 { return 1 }
    return count
  }
}

/// How Python writes bytes.
private enum PythonLiteral {
  static func quote(_ key: Span<UInt8>) -> UInt8 {
    let hasSingle = key.indices.contains { key[$0] == UInt8(ascii: "'") }
    let hasDouble = key.indices.contains { key[$0] == UInt8(ascii: "\"") }
    return hasSingle && !hasDouble ? UInt8(ascii: "\"") : UInt8(ascii: "'")
  }

  static func add(_ byte: UInt8, _ quote: UInt8, to state: inout Murmur3) {
    switch byte {
    case quote, UInt8(ascii: "\\"): escape(byte, to: &state)
    case UInt8(ascii: "\t"): escape(UInt8(ascii: "t"), to: &state)
    case UInt8(ascii: "\n"): escape(UInt8(ascii: "n"), to: &state)
    case UInt8(ascii: "\r"): escape(UInt8(ascii: "r"), to: &state)
    case 0x20...0x7e: state.add(byte)
    default:
      escape(UInt8(ascii: "x"), to: &state)
      state.add(digit(byte >> 4))
      state.add(digit(byte & 15))
    }
  }

  private static func escape(_ byte: UInt8, to state: inout Murmur3) {
    state.add(UInt8(ascii: "\\"))
    state.add(byte)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
