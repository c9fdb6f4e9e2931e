import EventLoop
import Platform
import SystemPackage
import Transport

/// A connection of the caretaker's to a server, over TLS where servers speak it: made, and then the owner's to speak by.
///
/// ```
///   init ──▶ connected ──▶ (handshake) ──▶ open: ready(…) whenever the socket is
///                 └────────────┴─▶ lost: it came to nothing
/// ```
final class ServerConnection {
  enum Event {
    case ready(Readiness)
    case lost
  }

  private(set) var transport: Transport?
  private var watch: StreamWatch?
  private var channel: TLSChannel?
  private let makeChannel: (FileDescriptor) -> TLSChannel?
  private let tell: (Event) -> Void

  /// Nil where it is refused at once.
  init?(to number: Int, _ context: ProxyContext, loop: EventLoop, _ tell: @escaping (Event) -> Void) {
    let backend = context.backends[number]
    let credentials = context.serverCredentials
    let name = context.settings.serverAuthorities == nil ? nil : backend.address.host
    self.tell = tell
    self.loop = loop
    makeChannel = { socket in try? credentials?.context.connect(socket, to: name) }
    isSealed = credentials != nil
    guard let socket = try? Socket.connect(to: backend.socketAddress) else { return nil }
    watch = try? StreamWatch(loop: loop, socket: socket) { [unowned self] in ready($0) }
    if watch == nil {
      Socket.close(socket)
      return nil
    }
    watch?.want(.writable)
  }

  private let isSealed: Bool
  private let loop: EventLoop

  deinit { close() }

  func close() {
    guard let socket = watch?.socket else { return }
    watch = nil
    transport = nil
    channel?.close()
    channel = nil
    loop.close(socket)
  }

  func want(_ readiness: Readiness) { watch?.want(readiness) }

  private func ready(_ readiness: Readiness) {
    guard let watch else { return }
    if transport != nil { return tell(.ready(readiness)) }
    if channel == nil {
      if Socket.pendingError(watch.socket) != nil { return tell(.lost) }
      guard isSealed else { return open(.plain(watch.socket)) }
      channel = makeChannel(watch.socket)
    }
    guard let channel else { return tell(.lost) }
    switch channel.handshake() {
    case .wantsRead: watch.want(.readable)
    case .wantsWrite: watch.want(.writable)
    case .failed: tell(.lost)
    case .done: open(.tls(channel))
    }
  }

  private func open(_ transport: Transport) {
    self.transport = transport
    want(.writable)
  }
}
