import Platform
import Testing

@testable import CacheServer
@testable import ConnectionServer

/// Clients that do not read, read slowly, or go away while they are answered.
@Suite("Sending")
struct TextSessionTests {
  /// The smallest send buffer the kernel makes.
  static let tiny = 1

  @Test("A client that does not read costs bounded buffers, and gets every byte when it reads")
  func clientThatDoesNotRead() throws {
    let rig = try WorkerRig()
    let client = try rig.client(sendBuffer: Self.tiny)
    let value = String(repeating: "v", count: 10_000)
    _ = client.ask("set a 0 0 10000\r\n\(value)\r\n")
    let requests = [UInt8](String(repeating: "get a\r\n", count: 3_000).utf8)
    var position = 0
    while true {
      let sent = client.offer(requests[position..<min(position + 700, requests.count)])
      if sent == 0 { break }
      position += sent
      rig.pump()
    }
    let before = rig.counters[.bytesRead]
    rig.pump()
    #expect(rig.counters[.bytesRead] == before, "a blocked client is not read from")
    #expect(rig.counters[.bytesWritten] < 100_000)
    var received: [UInt8] = []
    while position < requests.count || client.read() > 0 {
      position += client.offer(requests[position..<min(position + 700, requests.count)])
      client.readAll()
      received += client.take()
    }
    client.readAll()
    received += client.take()
    let block = [UInt8]("VALUE a 0 10000\r\n\(value)\r\nEND\r\n".utf8)
    #expect(received.count == 3_000 * block.count)
    #expect((0..<3_000).allSatisfy { received[($0 * block.count)..<(($0 + 1) * block.count)].elementsEqual(block) })
  }

  @Test("Others are served while a client does not read") func others() throws {
    let rig = try WorkerRig()
    let sleeper = try rig.client(sendBuffer: Self.tiny)
    let other = try rig.client()
    let value = String(repeating: "v", count: 900_000)
    _ = other.ask("set a 0 0 900000\r\n\(value)\r\n")
    sleeper.send(String(repeating: "get a a a\r\n", count: 50))
    #expect(other.ask("get none\r\n") == "END\r\n")
    #expect(other.ask("get a\r\n") == "VALUE a 0 900000\r\n\(value)\r\nEND\r\n")
    sleeper.close()
    rig.pump()
    #expect(rig.context.connectionCount == 1)
    other.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A large value can be sent to more clients than an item counts pins") func manySenders() throws {
    let rig = try WorkerRig()
    let writer = try rig.client()
    let value = String(repeating: "v", count: 300_000)
    _ = writer.ask("set a 0 0 300000\r\n\(value)\r\n")
    var clients: [RigClient] = []
    for _ in 0..<300 { clients.append(try rig.client()) }
    for client in clients { client.send("get a\r\n") }
    // Whoever holds it, it can be replaced, and they get what they asked for.
    #expect(writer.ask("set a 0 0 1\r\nx\r\n") == "STORED\r\n")
    let answer = [UInt8]("VALUE a 0 300000\r\n\(value)\r\nEND\r\n".utf8)
    for (number, client) in clients.enumerated() {
      if number % 3 == 0 {
        client.close()
        continue
      }
      client.readAll()
      #expect(client.take() == answer)
    }
    clients = []
    writer.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client that has sent its last byte gets all its answers", arguments: [1_000, 60_000, 400_000])
  func halfClosed(size: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client(sendBuffer: Self.tiny)
    let value = String(repeating: "v", count: size)
    _ = client.ask("set a 0 0 \(size)\r\n\(value)\r\n")
    #expect(client.send(String(repeating: "get a\r\n", count: 30) + "set b 0 0 100\r\nhalf"))
    Socket.shutdownSending(client.socket)
    client.readAll()
    let block = [UInt8]("VALUE a 0 \(size)\r\n\(value)\r\nEND\r\n".utf8)
    #expect(client.take() == Array(repeatElement(block, count: 30).joined()))
    #expect(client.isAtEnd)
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  @Test("quit behind answers that are not read closes when they are", arguments: [50_000, 400_000])
  func quitAfterAnswers(size: Int) throws {
    let rig = try WorkerRig()
    let client = try rig.client(sendBuffer: Self.tiny)
    let value = String(repeating: "v", count: size)
    _ = client.ask("set a 0 0 \(size)\r\n\(value)\r\n")
    client.send("get a\r\nquit\r\nget a\r\n")
    #expect(rig.context.connectionCount == 1)
    client.readAll()
    #expect(client.takeText() == "VALUE a 0 \(size)\r\n\(value)\r\nEND\r\n")
    #expect(client.isAtEnd)
    #expect(rig.context.connectionCount == 0)
  }

  @Test("A client that goes away while it is sent a value leaves nothing behind", arguments: [0, 1, 100_000, 700_000])
  func goneWhileSending(read: Int) throws {
    let rig = try WorkerRig { $0.maxItemSize = 2 << 20 }
    let client = try rig.client(sendBuffer: Self.tiny)
    let value = [UInt8](repeating: 7, count: 1_500_000)
    _ = client.ask([UInt8]("set a 0 0 1500000\r\n".utf8) + value + [13, 10])
    client.send("get a\r\nget a\r\n")
    while client.received.count < read {
      client.read(upTo: 50_000)
      rig.pump()
    }
    client.close()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  enum Change: CaseIterable {
    case replace, append, delete, flush
    /// Others fill the memory, and evict what nobody holds.
    case crowd
  }

  @Test("Values that change while they are sent go out as they were asked for", arguments: Change.allCases)
  func changedWhileSent(change: Change) throws {
    let rig = try WorkerRig {
      $0.memoryLimit = 16 << 20
      $0.maxItemSize = 2 << 20
    }
    let writer = try rig.client()
    // The last one is in pieces, and all are asked for before the first is sent.
    let sizes = ["a": 60_000, "b": 100_000, "c": 90_000, "d": 1_500_000]
    var random = SeededRandom(seed: 5)
    var blocks: [String: [UInt8]] = [:]
    for (key, size) in sizes {
      let value = random.value(size)
      _ = writer.ask([UInt8]("set \(key) 0 0 \(size)\r\n".utf8) + value + [13, 10])
      blocks[key] = [UInt8]("VALUE \(key) 0 \(size)\r\n".utf8) + value + [13, 10]
    }
    let reader = try rig.client(sendBuffer: Self.tiny)
    reader.send("get a b c d\r\nget none\r\n")
    for key in sizes.keys.sorted() {
      reader.read(upTo: 30_000)
      rig.pump()
      Self.apply(change, to: key, writer)
    }
    reader.readAll()
    #expect(reader.take() == ["a", "b", "c", "d"].flatMap { blocks[$0] ?? [] } + [UInt8]("END\r\nEND\r\n".utf8))
    reader.close()
    writer.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  private static func apply(_ change: Change, to key: String, _ writer: RigClient) {
    switch change {
    case .replace: #expect(writer.ask("set \(key) 0 0 1\r\nx\r\n") == "STORED\r\n")
    case .append: #expect(writer.ask("append \(key) 0 0 1\r\nx\r\n") == "STORED\r\n")
    case .delete: #expect(writer.ask("delete \(key)\r\n") == "DELETED\r\n")
    case .flush: #expect(writer.ask("flush_all\r\nget \(key)\r\n") == "OK\r\nEND\r\n")
    case .crowd:
      let value = [UInt8](repeating: UInt8(ascii: "o"), count: 400_000)
      for number in 0..<30 {
        let set = [UInt8]("set \(key)\(number) 0 0 \(value.count)\r\n".utf8)
        #expect(writer.ask(set + value + [13, 10]) == [UInt8]("STORED\r\n".utf8))
      }
    }
  }

  @Test("A client that goes away behind any part of gathered values leaves no pin", arguments: 0..<10)
  func goneBetweenValues(step: Int) throws {
    let rig = try WorkerRig()
    let writer = try rig.client()
    let sizes = ["a": 60_000, "b": 100_000, "c": 90_000]
    for (key, size) in sizes {
      _ = writer.ask("set \(key) 0 0 \(size)\r\n\(String(repeating: key, count: size))\r\n")
    }
    let readers = try (0..<3).map { _ in try rig.client(sendBuffer: Self.tiny) }
    for reader in readers { reader.send("get a b c a\r\nget b") }
    for (number, reader) in readers.enumerated() {
      for _ in 0..<(step + number) {
        reader.read(upTo: 25_000)
        rig.pump()
      }
      for key in sizes.keys { _ = writer.ask("set \(key) 0 0 1\r\nx\r\n") }
      reader.close()
      rig.pump()
    }
    writer.close()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }

  @Test("A client that reads as fast as it is served does not keep the worker") func turnsInBytes() throws {
    let rig = try WorkerRig { $0.maxItemSize = 8 << 20 }
    let client = try rig.client()
    let value = [UInt8](repeating: 7, count: 4 << 20)
    _ = client.ask([UInt8]("set a 0 0 \(value.count)\r\n".utf8) + value + [13, 10])
    let written = rig.counters[.bytesWritten]
    // A kernel that takes it all, as that of a fast reader does.
    try Socket.setReceiveBuffer(client.socket, byteCount: 16 << 20)
    _ = client.offer([UInt8]("get a\r\n".utf8)[...])
    rig.turn()
    #expect(rig.counters[.bytesWritten] - written <= UInt64(Turn.byteLimit + (1 << 16)))
    client.readAll()
    #expect(client.received.count == value.count + "VALUE a 0 4194304\r\n\r\nEND\r\n".utf8.count)
  }
}
