import ConnectionServer
import EventLoop
import ItemStore
import Platform
import Synchronization
import SystemPackage

@testable import CacheServer
@testable import ItemStore

/// One worker without a thread: its loop is turned by the test, which talks to it through socket pairs.
final class WorkerRig {
  let context: ServerContext
  let worker: WorkerThread
  let counters: WorkerCounters
  let log = LogLines()
  private var hasEnded = false

  /// - Parameter clock: by which logins wait; without one, the system's.
  init(
    journal: WorkerJournal? = nil, clock: TestClock? = nil, _ adjust: (inout Settings) -> Void = { _ in }
  ) throws {
    var settings = Settings()
    adjust(&settings)
    context = try ServerContext(
      settings: settings, monotonicNanoseconds: { clock?.now ?? SystemClock.monotonicNanoseconds() }
    ) { [log] in log.add($0) }
    let (thread, session) = try CacheSession.makeWorker(context: context, journal: journal)
    worker = thread
    counters = session.counters
    let statistics = Statistics(
      context: context, counters: [counters], pairing: Pairing(context: context))
    context.setHooks {
      $0.statistics = { statistics.lines($0) }
      $0.resetStatistics = { statistics.reset() }
    }
  }

  deinit { end() }

  var store: ItemStore { context.store }

  /// - Parameter sendBuffer: what the kernel may keep of answers that are not read; the kernel has a least size.
  func client(sendBuffer: Int? = nil) throws -> RigClient {
    let (near, far) = try Socket.pair()
    if let sendBuffer { try Socket.setSendBuffer(far, byteCount: sendBuffer) }
    context.serving.connectionOpened()
    worker.mailbox.post(.client(.plain(far)))
    pump()
    return RigClient(near, rig: self)
  }

  /// Turns the loop once.
  func turn() { worker.loop.runOnce() }

  /// Turns the loop until nothing moves any more. False if that does not happen.
  @discardableResult func pump() -> Bool {
    var before = progress
    var quiet = 0
    for _ in 0..<1_000_000 {
      turn()
      let now = progress
      quiet = now == before ? quiet + 1 : 0
      before = now
      if quiet == 3 { return true }
    }
    return false
  }

  private var progress: [UInt64] {
    return [
      counters[.bytesRead], counters[.bytesWritten], counters[.connectionYields], counters[.totalConnections],
      UInt64(context.connectionCount),
    ]
  }

  /// The worker stops, as it does when told to; every connection closes.
  func end() {
    if hasEnded { return }
    hasEnded = true
    worker.mailbox.post(.stop)
    worker.run()
    // They hold what holds the context.
    context.setHooks { $0 = ServerContext.Hooks() }
  }

  /// Ends, and tells what is wrong with the store then: a lost chunk, a pin nobody holds.
  func endAndAudit() -> [String] {
    end()
    return store.audit() + (context.connectionCount == 0 ? [] : ["\(context.connectionCount) connections are left"])
  }
}

final class LogLines: Sendable {
  private let lines = Mutex<[String]>([])
  func add(_ line: String) { lines.withLock { $0.append(line) } }
  var all: [String] { lines.withLock { $0 } }
}

/// A clock that goes when the test says so.
final class TestClock: Sendable {
  private let nanoseconds = Atomic<UInt64>(1 << 40)
  var now: UInt64 { nanoseconds.load(ordering: .relaxed) }
  func advance(seconds: UInt64) { nanoseconds.add(seconds * 1_000_000_000, ordering: .relaxed) }
}
