import MemcacheClientCore
import Platform
import SystemPackage

/// The thread of a client: waits for sockets, orders and time, tells the machine, and does what it says. Nothing here decides.
final class DriverLoop {
  private static let wakeupToken: UInt32 = 0

  private var machine: ClientMachine
  private var poller: Poller
  private var connections: [Int: DriverConnection] = [:]
  private var unsent: [DriverConnection] = []
  private var waiting: [UInt64: CheckedContinuation<ClientDriver.Answer, Never>] = [:]
  private let security: ClientSecurity?
  private let observer: ClientObserver
  private unowned let driver: ClientDriver
  private var isEnding = false

  init(
    _ settings: ClientSettings, _ security: ClientSecurity?, _ observer: ClientObserver, _ driver: ClientDriver
  ) throws(Errno) {
    machine = ClientMachine(settings, now: DriverLoop.now)
    poller = try Poller()
    self.security = security
    self.observer = observer
    self.driver = driver
  }

  private static var now: Duration { .nanoseconds(SystemClock.monotonicNanoseconds()) }

  func run(_ wakeup: FileDescriptor) throws(Errno) {
    try poller.add(wakeup, token: DriverLoop.wakeupToken, .readable)
    act()
    while !isEnding {
      obey()
      machine.tick(DriverLoop.now)
      act()
      if !isEnding { wait(wakeup) }
    }
    machine.end()
    act()
    for connection in connections.values { connection.close() }
  }

  // MARK: Waiting

  private func wait(_ wakeup: FileDescriptor) {
    let due = machine.nextDeadline().map { max($0 - DriverLoop.now, .zero) }
    let count = poller.wait(nanoseconds: due.map { UInt64($0 / .nanoseconds(1)) })
    // Who is meant is found out first: handling one may close another and open a new one in its place.
    var ready: [(DriverConnection, PollInterest)] = []
    for position in 0..<count {
      let token = poller.token(at: position)
      if token == DriverLoop.wakeupToken {
        EventDescriptor.drain(wakeup)
      } else if let connection = connections[Int(token) - 1] {
        ready.append((connection, poller.readiness(at: position)))
      }
    }
    for (connection, readiness) in ready where connections[connection.id.index] === connection {
      handle(connection, readiness)
      act()
    }
  }

  private func handle(_ connection: DriverConnection, _ readiness: PollInterest) {
    switch connection.advance(readiness) {
    case .working: break
    case .connected: machine.connected(connection.id, DriverLoop.now)
    case .failed(let why): return drop(connection, why)
    case .open:
      if connection.flush() { machine.sent(connection.id, DriverLoop.now) }
      receive(connection)
    }
    watch(connection)
  }

  private func receive(_ connection: DriverConnection) {
    repeat {
      switch connection.receive() {
      case .bytes:
        let used = machine.received(connection.id, connection.input.bytes, DriverLoop.now)
        act()
        guard let used, connections[connection.id.index] === connection else { return }
        connection.consume(used)
      case .wouldBlock: return
      case .closed: return drop(connection, "closed by the server")
      case .failed(let error): return drop(connection, "\(error)")
      }
    } while connection.hasBufferedInput
  }

  private func watch(_ connection: DriverConnection) {
    guard connections[connection.id.index] === connection, connection.isWatchOutdated else { return }
    do throws(Errno) {
      try poller.change(connection.socket, token: UInt32(connection.id.index + 1), connection.takeInterest())
    } catch {
      drop(connection, "\(error)")
    }
  }

  private func drop(_ connection: DriverConnection, _ why: String) {
    guard connections[connection.id.index] === connection else { return }
    connections[connection.id.index] = nil
    connection.close()
    machine.closed(connection.id, why, DriverLoop.now)
    act()
  }

  // MARK: Orders

  private func obey() {
    for order in driver.takeOrders() {
      switch order {
      case .submit(let id, let command, let place, let continuation):
        waiting[id] = continuation
        machine.submit(id, command, server: place.server, side: place.side, DriverLoop.now)
      case .cancel(let id): machine.cancel(id, DriverLoop.now)
      case .resolved(let id, let result): resolved(id, result)
      case .end: isEnding = true
      }
    }
  }

  // MARK: Actions

  private func act() {
    // What is done may make more to do.
    while true {
      let actions = machine.takeActions()
      if actions.isEmpty { break }
      for action in actions { act(action) }
    }
    flush()
  }

  /// What was said to a connection in one go leaves in one go.
  private func flush() {
    let connections = unsent
    unsent = []
    for connection in connections where self.connections[connection.id.index] === connection {
      connection.hasUnsent = false
      if connection.flush() { machine.sent(connection.id, DriverLoop.now) }
      watch(connection)
    }
  }

  private func act(_ action: ClientMachine.Action) {
    switch action {
    case .connect(let id, let address): connect(id, address)
    case .send(let id, let bytes):
      guard let connection = connections[id.index], connection.id == id else { return }
      connection.append(bytes)
      if !connection.hasUnsent { unsent.append(connection) }
      connection.hasUnsent = true
    case .close(let id):
      guard let connection = connections[id.index], connection.id == id else { return }
      connections[id.index] = nil
      connection.close()
    case .complete(let id, let result):
      observer.completed(result)
      waiting.removeValue(forKey: id)?.resume(returning: result)
    case .note(let note): observer.note(note)
    }
  }

  private func connect(_ id: LinkID, _ address: ClientSettings.Address) {
    if let numeric = SocketAddress.numeric(host: address.host, port: address.port) {
      return begin(DriverConnection(id, address.host, [numeric], security))
    }
    connections[id.index] = DriverConnection(id, address.host, [], security)
    driver.resolve(id, address)
  }

  private func resolved(_ id: LinkID, _ result: Result<[SocketAddress], ResolutionError>) {
    guard let connection = connections[id.index], connection.id == id else { return }
    switch result {
    case .success(let addresses): begin(DriverConnection(id, connection.host, addresses, security))
    case .failure(let error): drop(connection, "\(error)")
    }
  }

  private func begin(_ connection: DriverConnection) {
    connections[connection.id.index] = connection
    if let why = connection.connectNext() { return drop(connection, why) }
    do throws(Errno) {
      try poller.add(connection.socket, token: UInt32(connection.id.index + 1), connection.takeInterest())
    } catch {
      drop(connection, "\(error)")
    }
  }
}
