import ItemStore
import Platform
import Synchronization
import SystemPackage
import TestSupport

@testable import Replication

/// A store with its real link: what the daemon is without its clients' side.
final class Daemon: Sendable {
  let store: ItemStore
  let link: ReplicationLink

  init(
    node: UInt64, listen: SocketAddress = .loopback4(port: 0), peer: SocketAddress? = nil,
    _ change: (inout ReplicationConfiguration) -> Void = { _ in }
  ) throws {
    var storeConfiguration = StoreConfiguration()
    storeConfiguration.maxItemSize = 16 << 20
    store = try ItemStore(storeConfiguration, processClock: Self.processClock)
    var configuration = ReplicationConfiguration(node: node, listenAddresses: [listen], workerCount: 2)
    configuration.peer = peer.map { .address($0) }
    configuration.replWait = .milliseconds(300)
    let log = Log()
    configuration.log = { log.write($0) }
    configuration.warn = { log.write($0) }
    configuration.onReady = { log.isReady.store(true, ordering: .releasing) }
    change(&configuration)
    self.log = log
    link = try ReplicationLink(store: store, configuration)
  }

  static var processClock: ProcessClock {
    ProcessClock(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
  }

  final class Log: Sendable {
    private let lines = Mutex<[String]>([])
    let isReady = Atomic<Bool>(false)

    func write(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }
  let log: Log

  func start() throws -> Daemon {
    try link.start()
    return self
  }

  /// An end like that of `kill -9`, as far as one process can show it: nothing is drained.
  func kill() { link.shutDown(within: .zero) }

  var isReady: Bool { log.isReady.load(ordering: .acquiring) }
  var isStreaming: Bool { link.status.state == .stream }

  /// Where it listens, once it does.
  var address: SocketAddress? { link.status.listensOn.first }

  // MARK: Clients

  var moment: Moment {
    store.processClock.moment(
      monotonicNanoseconds: SystemClock.monotonicNanoseconds(), unixMicroseconds: SystemClock.unixMicroseconds())
  }

  func set(_ key: String, _ value: [UInt8], worker: Int = 0) {
    let bytes = [UInt8](key.utf8)
    _ = store.store(
      bytes.span, hash: store.hash(bytes.span), mode: .set, clientFlags: 3, expiresAt: 0, value: value.span, at: moment,
      journal: link.journals[worker])
    link.journals[worker].flush()
  }

  func delete(_ key: String, worker: Int = 0) {
    let bytes = [UInt8](key.utf8)
    _ = store.delete(bytes.span, hash: store.hash(bytes.span), at: moment, journal: link.journals[worker])
    link.journals[worker].flush()
  }

  func get(_ key: String) -> [UInt8]? { store.value(of: key, at: moment) }

  /// Key, value, stamp and flags of all live items, mixed so that order does not matter.
  var digest: UInt64 {
    var sum: UInt64 = 0
    var cursor = WalkCursor()
    while store.walk(
      &cursor, buckets: 64,
      { view in
        if view.isTombstone || store.isFlushed(view) { return }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        func mix(_ byte: UInt8) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        for index in view.key.indices { mix(view.key[index]) }
        view.forEachPiece { piece in
          for index in piece.indices { mix(piece[index]) }
          return true
        }
        sum &+= (hash ^ view.touched.rawValue) &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(view.clientFlags)
      })
    {}
    return sum
  }
}

/// Waits until it is so, at most ten seconds.
func eventually(_ condition: () -> Bool) -> Bool { eventually(within: .seconds(10), condition) }
