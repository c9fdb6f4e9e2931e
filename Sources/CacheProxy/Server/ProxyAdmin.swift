import ConnectionServer
import EventLoop
import Platform
import Synchronization
import SystemPackage

/// HTTP for those who look after a proxy: `--http`.
///
/// | `/metrics` | the statistics, for Prometheus |
/// | `/healthz` | 200 while the process answers |
/// | `/readyz` | 200 while there is a server to ask for each key |
///
/// On a thread of its own, which no client waits for. A request must name this host (`HostCheck`).
final class ProxyAdmin: Sendable {
  private let report: @Sendable () -> ProxyReport?
  private let hosts: HostCheck
  private let state = Mutex(State())

  private struct State {
    var listeners: [FileDescriptor] = []
    var wakeup: Wakeup?
    var thread: Thread?
  }

  init(host: String?, port: UInt16, report: @escaping @Sendable () -> ProxyReport?) throws(ListenError) {
    self.report = report
    hosts = HostCheck(configured: host)
    let sockets = try Listener.bindAll([.tcp(host: host, port: port)]).map(\.socket)
    state.withLock { $0.listeners = sockets }
  }

  func start() throws {
    let loop = try EventLoop()
    let server = try HTTPServer(loop: loop) { [self] in respond(to: $0) }
    for socket in state.withLock({ $0.listeners }) {
      // evhttp closes what it serves.
      let own = try Socket.duplicate(socket)
      try Socket.listen(own, backlog: 16)
      try server.serve(own)
    }
    let body = AdminLoop(loop, server)
    let wakeup = try Wakeup(loop: loop) { [unowned loop] in loop.stop() }
    let thread = try Thread.start(name: "http") { body.run() }
    state.withLock { ($0.wakeup, $0.thread) = (wakeup, thread) }
  }

  func stop() {
    let ended = state.withLock { state in
      defer { state = State() }
      return state
    }
    ended.wakeup?.signal()
    ended.thread?.join()
    for listener in ended.listeners { Socket.close(listener) }
  }

  func respond(to request: HTTPRequest) -> HTTPResponse {
    guard let host = request.host else { return Self.plain(400, "Bad Request", "a Host header is needed") }
    if !hosts.allows(host) { return Self.plain(403, "Forbidden", "this host has other names") }
    if !request.isReading { return Self.plain(405, "Method Not Allowed", "GET and HEAD only") }
    guard let report = report() else { return Self.plain(503, "Service Unavailable", "starting or ending") }
    switch request.path {
    case "/": return Self.plain(200, "OK", "magent \(ProxySettings.version)\n/metrics\n/healthz\n/readyz")
    case "/healthz": return Self.plain(200, "OK", "ok")
    case "/readyz":
      if report.isReady { return Self.plain(200, "OK", "ready") }
      return Self.plain(503, "Service Unavailable", "some keys have no server that answers")
    case "/metrics": return Self.text(200, "OK", "text/plain; version=0.0.4; charset=utf-8", report.exposition)
    default: return Self.plain(404, "Not Found", "there is /metrics, /healthz and /readyz")
    }
  }

  private static func plain(_ status: Int, _ reason: String, _ text: String) -> HTTPResponse {
    self.text(status, reason, "text/plain; charset=utf-8", text + "\n")
  }

  private static func text(_ status: Int, _ reason: String, _ type: String, _ text: String) -> HTTPResponse {
    HTTPResponse(
      status: status, reason: reason,
      headers: [
        (name: "Content-Type", value: type), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
      ], body: text)
  }
}

/// The thread's own side.
private final class AdminLoop {
  private let loop: EventLoop
  private let server: HTTPServer

  init(_ loop: EventLoop, _ server: HTTPServer) { (self.loop, self.server) = (loop, server) }

  func run() { loop.run() }
}
