import ConnectionServer
import EventLoop
import Platform
import SystemPackage
import TestSupport

@testable import CacheServer
@testable import ItemStore

/// Bytes of a client, given to a worker of a fresh daemon through a socket: once whole, once in the pieces that the input's
/// first byte tells. Both times the answers must be the same, and the store whole in the end.
enum ClientFuzz {
  static func run(_ input: [UInt8]) -> String? {
    guard let first = input.first else { return nil }
    let bytes = input.dropFirst()
    do {
      // Where a second ends between the two they may differ by it: what is wrong is wrong three times.
      var difference: String?
      for _ in 0..<3 {
        let pieces = try answers(bytes, piece: 1 + Int(first), audits: true)
        if let fault = pieces.fault { return fault }
        difference = try Self.difference(bytes, pieces.bytes)
        if difference == nil { return nil }
      }
      return difference
    } catch {
      return "\(error)"
    }
  }

  private static func difference(_ bytes: ArraySlice<UInt8>, _ inPieces: [UInt8]) throws -> String? {
    // A line that grows too long closes the connection, unless its end comes with it.
    if bytes.split(separator: 10).contains(where: { $0.count > 2_000 }) { return nil }
    let whole = try answers(bytes, piece: max(bytes.count, 1), audits: false).bytes
    if ComparableAnswers(whole) == ComparableAnswers(inPieces) { return nil }
    return "in pieces it is answered \(text(inPieces)), as a whole \(text(whole))"
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
}

/// A worker without a thread, and one client of it.
final class FuzzedWorker {
  private let context: ServerContext
  private let worker: WorkerThread
  private let client: FileDescriptor
  private(set) var received: [UInt8] = []
  private(set) var isOpen = true

  /// - Parameter clock: by which logins wait.
  init(
    _ settings: Settings = .fuzzed, clock: @escaping @Sendable () -> UInt64 = { SystemClock.monotonicNanoseconds() }
  ) throws {
    context = try ServerContext(settings: settings, monotonicNanoseconds: clock) { _ in }
    worker = try CacheSession.makeWorker(context: context, journal: nil).thread
    let (near, far) = try Socket.pair()
    client = near
    context.serving.connectionOpened()
    worker.mailbox.post(.client(.plain(far)))
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

  var itemCount: Int { context.store.statistics.itemCount }

  /// What is wrong with the store then. To look costs as much as all else.
  func end(audits: Bool) -> String? {
    Socket.close(client)
    for _ in 0..<3 { worker.loop.runOnce() }
    context.end(worker)
    return audits ? context.store.fault : nil
  }
}

extension ServerContext {
  /// The worker stops, as it does when told to.
  func end(_ worker: WorkerThread) {
    worker.mailbox.post(.stop)
    worker.run()
    // They hold what holds the context.
    setHooks { $0 = ServerContext.Hooks() }
  }
}

extension Settings {
  static var fuzzed: Settings {
    var settings = Settings()
    settings.memoryLimit = 4 << 20
    settings.maxItemSize = 256 << 10
    settings.maxChunkSize = 16 << 10
    settings.hashPower = 12
    return settings
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

  static let meta = lines([
    "mg k v\r\n", "mg k s t f c v k O77 q\r\n", "mg k h l t u v\r\n", "mg bWlzcw== b k v\r\n", "mg n N30 v t\r\n",
    "mg k R30 v\r\n", "mg k T0 v\r\n", "mg k C1 v\r\n", "mg k E99 N0\r\n", "ms k 3\r\nabc\r\n",
    "ms k 2 T0 F7 c\r\nxy\r\n", "ms k 1 I C1 ME\r\nz\r\n", "ms k 2 MA q\r\n++\r\n", "ms k 2 MP N60\r\n--\r\n",
    "ms k 1 MR E5 k b O1\r\nz\r\n", "ms n 2 S2\r\n10\r\n", "md k q\r\n", "md k I T30 x\r\n", "md k C5 E6\r\n",
    "ma n\r\n", "ma n MD D3 v t c\r\n", "ma m N0 J13 v\r\n", "ma n M+ D18446744073709551615 T9 q\r\n", "me k\r\n",
    "me aw== b\r\n", "mn\r\n", "mn\r\nmn\r\n", "mg \r\n", "mg k O\r\n", "mg k v v\r\n",
    "ms k 70000 T0\r\n\(String(repeating: "v", count: 70_000))\r\n", "get k\r\n", "set k 0 0 1\r\n5\r\n",
    "mg k \(String(repeating: "s ", count: 40))\r\n",
  ])

  /// Every opcode, as a client would say it.
  static let binary: Grammar = {
    var samples: [BinaryFrame] = [
      .get("k"), .get("k", 0x09), .get("k", 0x0c), .get("k", 0x0d), .set("k", "abc"), .set("k", "10", flags: 7, 0x11),
      .set("k", "x", cas: 1), .set("n", "10", 0x02), .set("k", "y", 0x03), .set("k", "z", 0x12), .set("k", "z", 0x13),
      .delete("k"), .delete("k", 0x14), .increment("n", by: 5), .increment("m", by: 1, initial: 7, exptime: 0, 0x06),
      .increment("n", by: .max, 0x15), .increment("n", by: .max, 0x16), .append("k", "++"), .append("k", "--", 0x0f),
      .append("k", "+", 0x19), .append("k", "-", 0x1a), .touch("k", 0), .touch("k", 100, 0x1d), .touch("k", 0, 0x1e),
      .touch("k", 0, 0x23), .touch("k", 0, 0x24), .noop,
      .set("large", String(repeating: "v", count: 70_000)),
    ]
    for opcode in [0x07, 0x08, 0x0b, 0x10, 0x17, 0x18, 0x20, 0x30] as [UInt8] { samples.append(BinaryFrame(opcode)) }
    for group in ["items", "slabs", "settings", "detail on", "detail dump", "reset"] {
      samples.append(BinaryFrame(0x10, group))
    }
    samples.append(BinaryFrame(0x08, extras: BinaryFrame.network(UInt32(5))))
    samples.append(BinaryFrame(0x1b, extras: BinaryFrame.network(UInt32(1))))
    return frames(samples.map(\.bytes), lengthPlace: 8, overhead: 24)
  }()
}
