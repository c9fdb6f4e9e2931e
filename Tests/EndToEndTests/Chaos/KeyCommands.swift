import TestSupport

// What a `SoleWriter` asks, in one of memcached's protocols: each of its connections speaks another. Answers are told in the
// words of the text protocol.
protocol KeyCommands {
  /// set, append, prepend.
  func store(_ verb: String, _ key: String, _ value: String) throws -> String
  /// A new expiry, which is never.
  func touch(_ key: String) throws
  func delete(_ key: String) throws -> String
}

struct TextKeyCommands: KeyCommands {
  let client: Client

  func store(_ verb: String, _ key: String, _ value: String) throws -> String { try client.store(verb, key, value) }
  func touch(_ key: String) throws { _ = try client.command("touch \(key) 0") }
  func delete(_ key: String) throws -> String { try client.command("delete \(key)") }
}

struct MetaKeyCommands: KeyCommands {
  let client: Client

  func store(_ verb: String, _ key: String, _ value: String) throws -> String {
    let mode = ["append": "MA", "prepend": "MP"][verb] ?? "MS"
    let answer = try client.command("ms \(key) \(value.utf8.count) \(mode) T0\r\n\(value)")
    return ["HD": "STORED", "NS": "NOT_STORED"][answer] ?? answer
  }

  /// Also the marks that an item is stale, and that somebody was told to fetch it anew.
  func touch(_ key: String) throws {
    _ = try client.command("mg \(key) T0")
    _ = try client.command("md \(key) I T0")
    _ = try client.command("mg \(key) t")
  }

  func delete(_ key: String) throws -> String {
    let answer = try client.command("md \(key)")
    return ["HD": "DELETED", "NF": "NOT_FOUND"][answer] ?? answer
  }
}

/// One request in a datagram.
struct DatagramKeyCommands: KeyCommands {
  let client: DatagramClient

  func store(_ verb: String, _ key: String, _ value: String) throws -> String {
    try told("\(verb) \(key) 0 0 \(value.utf8.count)\r\n\(value)")
  }

  func touch(_ key: String) throws { _ = try told("touch \(key) 0") }
  func delete(_ key: String) throws -> String { try told("delete \(key)") }

  /// What came late to what was asked before is passed over.
  private func told(_ command: String) throws -> String {
    let request = client.send(Array("\(command)\r\n".utf8))
    while true {
      let message = try client.receive()
      if message.request == request { return String(message.text.dropLast(1)) }
    }
  }
}

/// Frames of the binary protocol, for which the client's text is nothing: each is asked and answered by itself.
struct BinaryKeyCommands: KeyCommands {
  let client: Client

  func store(_ verb: String, _ key: String, _ value: String) throws -> String {
    let frame: BinaryFrame =
      switch verb {
      case "append": .append(key, value)
      case "prepend": .append(key, value, 0x0f)
      default: .set(key, value)
      }
    return try told(client.ask(frame), done: "STORED")
  }

  func touch(_ key: String) throws { _ = try client.ask(.touch(key, 0)) }

  func delete(_ key: String) throws -> String { try told(client.ask(.delete(key)), done: "DELETED") }

  private func told(_ answer: BinaryAnswer, done: String) -> String {
    switch answer.status {
    case 0: done
    case 1: "NOT_FOUND"
    case 5: "NOT_STORED"
    case 0x82, 0x86: "SERVER_ERROR \(answer.text)"
    default: "\(answer)"
    }
  }
}
