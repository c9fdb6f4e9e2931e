import ItemStore
import Platform
import Synchronization
import SystemPackage

@testable import Replication

/// A driver with a link, and without a thread: the test reads and passes. Each look at the clock takes 10 microseconds.
final class DriverRig {
  let driver: LinkDriver
  let channel: Channel
  let peer: FileDescriptor
  /// Workers that were told that more is known of their changes.
  let reported: Monitor<[Int]>

  static let bucketPower = 16

  init() throws {
    let reported = Monitor<[Int]>([])
    self.reported = reported
    var large = StoreConfiguration()
    large.initialBucketPower = Self.bucketPower
    let store = try ItemStore(large, processClock: Daemon.processClock)
    var configuration = ReplicationConfiguration(node: 1, listenAddresses: [], workerCount: 1)
    let time = Time()
    configuration.monotonicNanoseconds = { time.next() }
    configuration.hasWaitingAnswers = true
    configuration.onOutcomes = { worker in reported.with { $0.append(worker) } }
    let waker = LinkWaker {}
    let ring = try MutationRing(byteCount: 1 << 20, recordCount: 1000, waker: waker)
    driver = try LinkDriver(
      store: store, rings: [ring], waker: waker, mailbox: LinkMailbox(), configuration: configuration,
      identity: PeerIdentity(node: 1, boot: 1), bound: [])
    let (local, peer) = try Socket.pair()
    self.peer = peer
    channel = driver.addChannel(local, .loopback4(port: 1), .linked)
    driver.establish(channel)
    driver.replicator.beginSession(LinkMachineHarness.hello(node: 2), nodeBit: 0, askedInHello: false)
  }

  deinit {
    driver.drop(channel)
    driver.loop.dispatch(to: nil)
    Socket.close(peer)
  }
}

private final class Time: Sendable {
  private let nanoseconds = Atomic<UInt64>(SystemClock.monotonicNanoseconds())
  func next() -> UInt64 { nanoseconds.add(10_000, ordering: .relaxed).newValue }
}
