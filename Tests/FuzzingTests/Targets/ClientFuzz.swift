import ConnectionServer
import EventLoop
import Platform
import SystemPackage

@testable import CacheServer
@testable import ItemStore

/// Bytes of a client, given to a worker of a fresh daemon through a socket: once whole, once in the pieces that the input's
/// first byte tells. Both times the answers must be the same, and the store whole in the end.
enum ClientFuzz {
  static func run(_ input: [UInt8]) -> String? {
    guard let first = input.first else { return nil }
    let bytes = input.dropFirst()
    do {
      let whole = try answers(bytes, piece: max(bytes.count, 1), audits: false)
      let pieces = try answers(bytes, piece: 1 + Int(first), audits: true)
      if let fault = pieces.fault { return fault }
      // A line that grows too long closes the connection, unless its end comes with it.
      if bytes.split(separator: 10).contains(where: { $0.count > 2_000 }) { return nil }
      if comparable(whole.bytes) != comparable(pieces.bytes) {
        return
          "in pieces of \(1 + Int(first)) bytes it is answered \(text(pieces.bytes)), as a whole \(text(whole.bytes))"
      }
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).debugDescription }

  private static func answers(_ bytes: ArraySlice<UInt8>, piece: Int, audits: Bool) throws -> (
    bytes: [UInt8], fault: String?
  ) {
    let daemon = try FuzzedWorker()
    var rest = bytes
    var sent = 0
    while !rest.isEmpty, daemon.isOpen {
      // Many small pieces are many system calls, and tell no more.
      let count = sent > 16 ? rest.count : piece
      sent += 1
      daemon.send(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return (daemon.received, daemon.end(audits: audits))
  }

  /// Cas uniques are times, so they differ; statistics tell of both.
  private static func comparable(_ bytes: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var digits: [UInt8] = []
    for byte in bytes + [0] {
      if byte >= 0x30, byte <= 0x39 {
        digits.append(byte)
        continue
      }
      result += digits.count >= 15 ? [0x23] : digits
      digits = []
      result.append(byte)
    }
    return result.starts(with: "STAT ".utf8) ? [] : result
  }
}

/// A worker without a thread, and one client of it.
final class FuzzedWorker {
  private let context: ServerContext
  private let worker: WorkerThread
  private let client: FileDescriptor
  private(set) var received: [UInt8] = []
  private(set) var isOpen = true

  init() throws {
    var settings = Settings()
    settings.memoryLimit = 4 << 20
    settings.maxItemSize = 256 << 10
    settings.largestChunk = 16 << 10
    settings.hashPower = 12
    context = try ServerContext(settings: settings) { _ in }
    worker = try CacheSession.makeWorker(context: context, journal: nil).thread
    let (near, far) = try Socket.pair()
    client = near
    context.serving.connectionOpened()
    worker.mailbox.post(.client(far))
    worker.loop.runOnce()
  }

  func send(_ bytes: ArraySlice<UInt8>) {
    var rest = Array(bytes)
    while isOpen, !rest.isEmpty {
      if case .bytes(let count) = Socket.send(client, rest.span) { rest.removeFirst(count) }
      receive()
    }
  }

  /// Turns the loop until nothing is answered any more.
  private func receive() {
    var quiet = 0
    while isOpen, quiet < 3 {
      worker.loop.runOnce()
      quiet = take() ? 0 : quiet + 1
    }
  }

  private func take() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    var span = chunk.mutableSpan
    switch Socket.receive(client, into: &span) {
    case .bytes(let count):
      received += chunk[..<count]
      return true
    case .wouldBlock: return false
    case .closed, .failed:
      isOpen = false
      return false
    }
  }

  /// What is wrong with the store then: a lost chunk, a pin that nobody holds. To look costs as much as all else.
  func end(audits: Bool) -> String? {
    Socket.close(client)
    for _ in 0..<3 { worker.loop.runOnce() }
    worker.mailbox.post(.stop)
    worker.run()
    context.setHooks { $0 = ServerContext.Hooks() }
    let faults = audits ? context.store.audit() : []
    return faults.isEmpty ? nil : faults.joined(separator: "; ")
  }
}

extension Grammar {
  static let text = lines([
    "get k\r\n", "get k a b\r\n", "gets k\r\n", "gat 10 k\r\n", "gats 0 k a\r\n", "set k 0 0 3\r\nabc\r\n",
    "set a 7 100 10 noreply\r\n0123456789\r\n", "add k 1 0 1\r\n5\r\n", "replace k 0 -1 2\r\n10\r\n",
    "append k 0 0 2\r\nxy\r\n", "prepend k 0 0 2\r\nxy\r\n", "cas k 0 0 1 1\r\nz\r\n", "set n 0 0 2\r\n10\r\n",
    "incr n 5\r\n", "decr n 18446744073709551615 noreply\r\n", "delete k\r\n", "delete k 0 noreply\r\n",
    "touch k 0\r\n",
    "flush_all\r\n", "flush_all 10 noreply\r\n", "version\r\n", "verbosity 1\r\n", "stats\r\n", "stats items\r\n",
    "stats detail on\r\n", "stats detail dump\r\n", "stats reset\r\n", "slabs reassign 1 2\r\n", "slabs automove 1\r\n",
    "quit\r\n", "shutdown\r\n", "\r\n", "   \r\n", "set k 0 0 70000\r\n\(String(repeating: "v", count: 70_000))\r\n",
    "set k 0 0 2147483646\r\n", "get \(String(repeating: "k ", count: 300))\r\n",
  ])
}
