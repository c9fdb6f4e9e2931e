import EventLoop
import Platform
import SystemPackage
import Transport

/// A connection of the healthChecker's to a server, over TLS and with a login where servers want that: made, and then the owner's to speak by.
///
/// ```
///   init ──▶ name looked up ──▶ connected ──▶ (handshake) ──▶ (login) ──▶ open: ready(…) whenever the socket is
///                   └───────────────┴──────────────┴─────────────┴──▶ lost: it came to nothing
/// ```
final class ServerConnection {
  enum Event {
    case ready(Readiness)
    case lost
  }

  private enum Stage {
    case lookingUp, connecting, handshaking, greeting, open
  }

  private(set) var transport: Transport?
  private let place: ServerPlace
  private let pool: BackendPool
  private let loop: AcceptingLoop
  private let tell: (Event) -> Void
  private var stage = Stage.lookingUp
  private var watch: StreamWatch?
  private var channel: TLSChannel?
  private var greeting: StableBox<ServerGreeting>?

  /// Nil where it is refused at once.
  init?(to number: Int, _ pool: BackendPool, loop: AcceptingLoop, _ tell: @escaping (Event) -> Void) {
    place = pool.backends[number].place
    (self.pool, self.loop, self.tell) = (pool, loop, tell)
    if place.isNumber {
      if !connect() { return nil }
    } else {
      loop.names.ask(place) { [weak self] in self?.nameAnswered() }
    }
  }

  deinit { close() }

  func close() {
    guard let socket = watch?.socket else { return }
    watch = nil
    transport = nil
    channel?.close()
    channel = nil
    loop.events.close(socket)
  }

  func want(_ readiness: Readiness) { watch?.want(readiness) }

  private func nameAnswered() {
    guard stage == .lookingUp, watch == nil else { return }
    if !connect() { tell(.lost) }
  }

  private func connect() -> Bool {
    guard let address = place.address, let socket = try? Socket.connect(to: address) else { return false }
    watch = try? StreamWatch(loop: loop.events, socket: socket) { [unowned self] in ready($0) }
    if watch == nil {
      Socket.close(socket)
      return false
    }
    stage = .connecting
    watch?.want(.writable)
    return true
  }

  private func ready(_ readiness: Readiness) {
    guard let watch else { return }
    switch stage {
    case .lookingUp: break
    case .open: tell(.ready(readiness))
    case .connecting:
      if Socket.pendingError(watch.socket) != nil { return tell(.lost) }
      guard let credentials = pool.credentials else { return greet(.plain(watch.socket)) }
      let name = pool.settings.serverAuthorities == nil ? nil : place.side.host
      guard let channel = try? credentials.context.connect(watch.socket, to: name) else { return tell(.lost) }
      self.channel = channel
      stage = .handshaking
      performHandshake(channel)
    case .handshaking: if let channel { performHandshake(channel) }
    case .greeting: resumeGreeting()
    }
  }

  private func performHandshake(_ channel: TLSChannel) {
    switch channel.handshake() {
    case .wantsRead: want(.readable)
    case .wantsWrite: want(.writable)
    case .failed: tell(.lost)
    case .done: greet(.tls(channel))
    }
  }

  private func greet(_ transport: Transport) {
    self.transport = transport
    guard let login = pool.login else { return open() }
    greeting = StableBox(ServerGreeting(login, isBinary: false))
    stage = .greeting
    resumeGreeting()
  }

  private func resumeGreeting() {
    guard let transport, let greeting else { return }
    switch greeting.with({ $0.step(transport) }) {
    case .wantsRead: want(.readable)
    case .wantsWrite: want(.writable)
    case .failed: tell(.lost)
    case .done: open()
    }
  }

  private func open() {
    greeting = nil
    stage = .open
    want(.writable)
  }
}
