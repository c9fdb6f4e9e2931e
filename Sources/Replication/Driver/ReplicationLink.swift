import EventLoop
import ItemStore
import Platform
import Synchronization
import SystemPackage

/// Keeps the peer equal: the room's whole face.
///
/// ```
/// let link = try ReplicationLink(store: store, configuration)   // binds, unless there is a peer to look for first
/// worker[i] uses link.journals[i]                               // and calls its flush() once a batch
/// try link.start()                                              // configuration.onReady says when to serve
/// link.status                                                   // for stats
/// link.setPeer(place)                                           // another peer, or none, while it runs
/// link.shutDown(within: .seconds(5))                            // sends what is queued, then ends the thread
/// ```
package final class ReplicationLink: Sendable {
  /// One for each worker: the store's journal of all its mutations.
  package let journals: [MutationRing]
  package let identity: PeerIdentity
  private let store: ItemStore
  private let configuration: ReplicationConfiguration
  private let waker: LinkWaker
  private let mailbox = LinkMailbox()
  private let bound: [FileDescriptor]
  private let thread = Mutex<Thread?>(nil)

  /// Without a peer to connect to, the port is bound here, while the process may and someone is told of a failure.
  package init(store: ItemStore, _ configuration: ReplicationConfiguration) throws(ReplicationError) {
    self.store = store
    self.configuration = configuration
    var random = SystemRandomNumberGenerator()
    identity = PeerIdentity(node: configuration.node, boot: random.next())
    waker = LinkWaker { [mailbox] in mailbox.wake() }
    journals = try Self.makeRings(configuration, waker)
    bound = configuration.peer == nil ? try Self.bind(configuration.listenAddresses) : []
  }

  private static func makeRings(
    _ configuration: ReplicationConfiguration, _ waker: LinkWaker
  ) throws(ReplicationError) -> [MutationRing] {
    let count = max(configuration.workerCount, 1)
    var rings: [MutationRing] = []
    do throws(Errno) {
      for _ in 0..<count {
        rings.append(
          try MutationRing(
            byteCount: configuration.queueBytes / count, recordCount: configuration.queueRecords / count, waker: waker))
      }
    } catch { throw .noMemory(error) }
    return rings
  }

  /// Listening sockets on all addresses, or none. Those that the host cannot have are left out if it has others: where
  /// there is no IPv6, `::` and the second address of `localhost`.
  static func bind(_ addresses: [SocketAddress]) throws(ReplicationError) -> [FileDescriptor] {
    var sockets: [FileDescriptor] = []
    var refusal: ReplicationError?
    for address in addresses {
      do throws(Errno) { sockets.append(try Socket.listen(on: address, backlog: 256)) } catch {
        refusal = .cannotListen(address, error)
        if error == .addressFamilyNotSupported || error == .addressNotAvailable { continue }
        for socket in sockets { Socket.close(socket) }
        sockets = []
        break
      }
    }
    if let refusal, sockets.isEmpty { throw refusal }
    return sockets
  }

  package func start() throws(ReplicationError) {
    let running: Thread
    do {
      let driver = try LinkDriver(
        store: store, rings: journals, waker: waker, mailbox: mailbox, configuration: configuration,
        identity: identity, bound: bound)
      running = try Thread.start(name: "replication") { driver.run() }
    } catch let error as EventLoopError {
      throw .noLoop(error)
    } catch {
      throw .noThread(error as? Errno ?? .noMemory)
    }
    thread.withLock { $0 = running }
  }

  /// Another peer, from now on: the link to the old one is parted with, the new one is dialled, and nobody else is
  /// admitted unless there is a secret. Nil: no one is dialled. Returns at once.
  package func setPeer(_ place: PeerPlace?) { mailbox.post(PeerChange(place: place)) }

  /// Asks the peer what it holds under a key.
  ///
  /// - Parameter tell: called once, from any thread, when the answer has come or the link has gone; nil: there is none to be had.
  package func ask(_ key: [UInt8], tell: @escaping @Sendable (KeyAnswer?) -> Void) {
    guard 1...FrameLimits.key ~= key.count, mailbox.post(KeyQuestion(key: key, tell: tell)) else { return tell(nil) }
  }

  package var status: ReplicationStatus { mailbox.currentStatus }

  /// Sends the peer all that is queued and waits for its acknowledgement, but no longer than this; then ends the link.
  /// A peer that is silent is waited for, too: it may be stopped for a moment only.
  /// Returns when it has ended. The workers have stopped by then.
  package func shutDown(within limit: Duration) {
    guard let running = thread.withLock({ $0.take() }) else { return }
    let time = Duration.nanoseconds(Int64(clamping: configuration.monotonicNanoseconds())) + max(limit, .zero)
    mailbox.askForShutdown(by: time)
    running.join()
  }
}
