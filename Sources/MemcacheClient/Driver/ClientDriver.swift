import MemcacheClientCore
import Platform
import Synchronization
import SystemPackage

// From tasks to the thread that owns the machine and the sockets, and back.
//
//     task ── perform ──▶ orders ──eventfd──▶ DriverLoop: machine, epoll, sockets
//       ▲                                        │
//       └──────────── continuation ◀─────────────┘
//
// One thread for a client, however many servers: it does what takes microseconds. Tasks wait without holding a thread.
//
// Invariants. Each order of a request is answered exactly once, also one that comes before the thread has begun or after it
// has ended. Locks: one around the orders, held to append to them or to take them.
final class ClientDriver: Sendable {
  typealias Answer = Result<Outcome, RequestFailure>

  enum Order: Sendable {
    case submit(UInt64, Command, Place, CheckedContinuation<Answer, Never>)
    case cancel(UInt64)
    case resolved(LinkID, Result<[SocketAddress], ResolutionError>)
    case end
  }

  /// For what has no key.
  struct Place: Sendable {
    var server = 0
    var side: PairChoice.Side?
  }

  private struct State {
    var orders: [Order] = []
    var lastID: UInt64 = 0
    var phase = Phase.idle
    /// Nobody has been told of the orders that there are.
    var isAwake = false
  }

  private enum Phase { case idle, running, ended }

  private let state = Mutex(State())
  private let wakeup: FileDescriptor?

  init() { wakeup = try? EventDescriptor.make() }

  deinit { if let wakeup { Socket.close(wakeup) } }

  // MARK: Tasks

  func perform(_ command: Command, _ place: Place = Place()) async -> Answer {
    let id = state.withLock { state in
      state.lastID += 1
      return state.lastID
    }
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        order(.submit(id, command, place, continuation))
        // What was said before there was something to cancel was said to nobody.
        if Task.isCancelled { order(.cancel(id)) }
      }
    } onCancel: {
      order(.cancel(id))
    }
  }

  private func order(_ order: Order) {
    let isTaken = state.withLock { state in
      if state.phase == .ended { return false }
      state.orders.append(order)
      return true
    }
    guard isTaken else { return Self.refuse(order) }
    ring()
  }

  private func ring() {
    let isNew = state.withLock { state in
      defer { state.isAwake = true }
      return !state.isAwake && state.phase == .running
    }
    if isNew, let wakeup { EventDescriptor.add(wakeup) }
  }

  private static func refuse(_ order: Order) {
    guard case .submit(_, _, _, let continuation) = order else { return }
    continuation.resume(returning: .failure(.unavailable("the client has ended")))
  }

  // MARK: The thread

  /// Serves until the task is cancelled.
  func run(_ settings: ClientSettings, _ security: ClientSecurity?, _ observer: ClientObserver)
    async throws(MemcacheError)
  {
    guard let wakeup else { throw .unavailable("no descriptor is left") }
    let begins = state.withLock { state in
      defer { if state.phase == .idle { state.phase = .running } }
      return state.phase == .idle
    }
    guard begins else { throw .unavailable("a client runs once") }
    let failure: Errno? = await withTaskCancellationHandler {
      await withCheckedContinuation { ended in
        start(settings, security, observer, wakeup, ended)
      }
    } onCancel: {
      order(.end)
    }
    if let failure { throw .unavailable("\(failure)") }
  }

  private func start(
    _ settings: ClientSettings, _ security: ClientSecurity?, _ observer: ClientObserver, _ wakeup: FileDescriptor,
    _ ended: CheckedContinuation<Errno?, Never>
  ) {
    do {
      try Thread.detach(name: "memcache-client") { [self] in
        let failure = serve(settings, security, observer, wakeup)
        end()
        ended.resume(returning: failure)
      }
    } catch {
      end()
      ended.resume(returning: error)
    }
  }

  private func serve(
    _ settings: ClientSettings, _ security: ClientSecurity?, _ observer: ClientObserver, _ wakeup: FileDescriptor
  ) -> Errno? {
    do throws(Errno) {
      let loop = try DriverLoop(settings, security, observer, self)
      try loop.run(wakeup)
      return nil
    } catch {
      return error
    }
  }

  private func end() {
    let left = state.withLock { state in
      state.phase = .ended
      defer { state.orders = [] }
      return state.orders
    }
    left.forEach(Self.refuse)
  }

  func takeOrders() -> [Order] {
    state.withLock { state in
      state.isAwake = false
      defer { state.orders = [] }
      return state.orders
    }
  }

  /// Looks a name up on a thread of its own: name servers may be slow.
  func resolve(_ id: LinkID, _ address: ClientSettings.Address) {
    do throws(Errno) {
      try Thread.detach(name: "memcache-resolve") { [self] in
        let result = Result { () throws(ResolutionError) in
          try SocketAddress.resolve(host: address.host, port: address.port)
        }
        order(.resolved(id, result))
      }
    } catch {
      order(.resolved(id, .success([])))
    }
  }
}
