import Platform
import Synchronization

/// Where a server is: a number, or a name that is looked up anew for each connection.
///
/// ```
///   worker: ask ──▶ NameLookup, on a thread of its own ──▶ known addresses ──▶ answered(): the worker dials what is known by then
///             └ a number needs no thread, and is answered at once
/// ```
///
/// **Invariants.** Nobody waits for a name server: who has asked is told later, on another thread, and where the answer is long in
/// coming the addresses of last time are still known. Of several addresses the next is taken when one has failed.
/// **Locks**: one, for what is known; nobody is called under it.
package final class ServerPlace: Sendable {
  package let side: BackendAddress.Side
  private let state: LookupState
  private let lookup: NameLookup?

  package typealias Resolver = @Sendable (String, UInt16) throws(ResolutionError) -> [SocketAddress]

  package init(
    _ side: BackendAddress.Side,
    resolver: @escaping Resolver = { (host, port) throws(ResolutionError) in
      try SocketAddress.resolve(host: host, port: port)
    }
  ) {
    self.side = side
    let state = LookupState(SocketAddress.numeric(host: side.host, port: side.port).map { [$0] } ?? [])
    self.state = state
    isNumber = !state.isEmpty
    lookup =
      isNumber
      ? nil
      : NameLookup(host: side.host) { () throws(ResolutionError) in
        try resolver(side.host, side.port)
      } tell: {
        state.take($0)
      }
    self.resolver = resolver
  }

  private let resolver: Resolver
  package let isNumber: Bool

  /// The address to connect to; nil: the name has not been found yet.
  package var address: SocketAddress? { state.address }

  /// Waits for the name servers: at the start, when a name that nobody knows is a mistake.
  func resolve() throws(ResolutionError) {
    if !isNumber { state.set(try resolver(side.host, side.port)) }
  }

  /// Has the name looked up; `answered` is called, from any thread, when that is over.
  package func ask(_ answered: @escaping @Sendable () -> Void) {
    guard let lookup else { return answered() }
    state.add(answered)
    lookup.ask()
  }

  /// It could not be connected to: where there are several addresses, the next has its turn.
  func noteFailure() { state.turn() }

  /// What is known, and who waits to be told.
  private final class LookupState: Sendable {
    private struct State {
      var addresses: [SocketAddress]
      var turn = 0
      var waiting: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>

    init(_ addresses: [SocketAddress]) { state = Mutex(State(addresses: addresses)) }

    var isEmpty: Bool { state.withLock { $0.addresses.isEmpty } }
    var address: SocketAddress? {
      state.withLock { $0.addresses.isEmpty ? nil : $0.addresses[$0.turn % $0.addresses.count] }
    }

    func set(_ addresses: [SocketAddress]) { state.withLock { $0.addresses = addresses } }
    func add(_ answered: @escaping @Sendable () -> Void) { state.withLock { $0.waiting.append(answered) } }
    func turn() { state.withLock { $0.turn &+= 1 } }

    /// A name that is not found keeps the addresses that it had.
    func take(_ outcome: NameLookup.Outcome) {
      let waiting = state.withLock { state in
        if case .success(let addresses) = outcome, !addresses.isEmpty { state.addresses = addresses }
        defer { state.waiting = [] }
        return state.waiting
      }
      for answered in waiting { answered() }
    }
  }
}
