import CLibevent
import Platform
import SystemPackage

// libevent's evhttp as safe Swift: requests in, whole responses out.
//
//    listening socket ──▶ evhttp: connections, HTTP/1.x, keep-alive, time limits ──▶ respond(HTTPRequest) ─▶ HTTPResponse
//                            └── HTTPConnections: no more than so many at once
//
// For a few requests of those who look after a server, on the loop's thread, which is its own. A request is answered at once, or
// waits (`HTTPReply.later`) while the loop goes on: what is computed here and takes long keeps the others waiting.
//
// Bounds. Headers and bodies have 8 KB each, bodies more where somebody says so. How long a connection may take for what, and which go
// where there are too many, is HTTPConnectionTable's.
// Invariants. The server keeps its loop alive. What another server in between could read in another way, such as two lengths, is refused
// and its connection closed (RequestCheck). It must not know what is served, nor, with TLS, where channels come from.

@safe package final class HTTPServer {
  private let loop: EventLoop
  private let http: OpaquePointer
  private let connections: HTTPConnections
  private let respond: (HTTPRequest) -> HTTPReply
  private let waiting: HTTPWaiting

  package static let maxPartBytes = 8 << 10
  private static let idleSeconds: Int32 = 10

  /// One that answers everything at once.
  package convenience init(
    loop: EventLoop, maxConnections: Int = 16, respond: @escaping (HTTPRequest) -> HTTPResponse
  ) throws(EventLoopError) {
    try self.init(loop: loop, maxConnections: maxConnections, maxBodyBytes: Self.maxPartBytes) { .now(respond($0)) }
  }

  /// - Parameters:
  ///   - maxConnections: of all sockets.
  ///   - now: nanoseconds of a clock that goes on evenly.
  ///   - secure: see `HTTPConnections`.
  package init(
    loop: EventLoop, maxConnections: Int = 16, maxBodyBytes: Int,
    now: @escaping () -> UInt64 = { SystemClock.monotonicNanoseconds() }, secure: (() -> Int?)? = nil,
    reply: @escaping (HTTPRequest) -> HTTPReply
  ) throws(EventLoopError) {
    guard let http = unsafe evhttp_new(loop.base) else { throw .outOfMemory }
    self.loop = loop
    unsafe self.http = unsafe http
    respond = reply
    connections = HTTPConnections(loop: loop, limit: maxConnections, now: now, secure: secure)
    waiting = HTTPWaiting(loop: loop, connections)
    unsafe evhttp_set_max_headers_size(http, Self.maxPartBytes)
    unsafe evhttp_set_max_body_size(http, maxBodyBytes)
    unsafe evhttp_set_timeout(http, Self.idleSeconds)
    // All of them come to `respond`, which knows what to say to those that change something.
    unsafe evhttp_set_allowed_methods(http, UInt16.max)
    unsafe evhttp_set_gencb(http, requestArrived, Unmanaged.passUnretained(self).toOpaque())
    unsafe connections.watch(http)
  }

  deinit {
    waiting.end()
    unsafe evhttp_free(http)
    connections.end()
  }

  /// Serves who connects to a socket that listens, and closes it at the end.
  package func serve(_ socket: FileDescriptor) throws(EventLoopError) {
    guard let bound = unsafe evhttp_accept_socket_with_handle(http, socket.rawValue) else { throw .noListener }
    unsafe connections.add(evhttp_bound_socket_get_listener(bound))
  }

  /// Those that are open, and some that have closed lately.
  package var connectionCount: Int { connections.count }

  @unsafe fileprivate func answer(_ request: OpaquePointer) {
    unsafe connections.set(.answering, of: request)
    let told = unsafe HTTPRequest(request)
    if unsafe !RequestCheck.isClear(request) || connections.isSecure != told.isSecure {
      let refusal = HTTPResponse(
        status: 400, reason: "Bad Request", headers: [("Connection", "close")], body: "not a clear request\n")
      return unsafe HTTPAnswer.send(refusal, to: request, connections)
    }
    switch respond(told) {
    case .now(let response): unsafe HTTPAnswer.send(response, to: request, connections)
    case .later(let look): unsafe waiting.add(request, look)
    }
  }
}

enum HTTPAnswer {
  @unsafe static func send(_ response: HTTPResponse, to request: OpaquePointer, _ connections: HTTPConnections) {
    guard let body = unsafe evbuffer_new() else {
      return unsafe evhttp_send_error(request, 503, nil)
    }
    defer { unsafe evbuffer_free(body) }
    let headers = unsafe evhttp_request_get_output_headers(request)
    for (name, value) in response.headers { unsafe evhttp_add_header(headers, name, value) }
    unsafe evhttp_add_header(headers, "Content-Length", String(response.body.utf8.count))
    if unsafe evhttp_request_get_command(request) != EVHTTP_REQ_HEAD {
      var text = response.body
      text.withUTF8 { unsafe _ = evbuffer_add(body, $0.baseAddress, $0.count) }
    }
    unsafe connections.expectCompletion(of: request)
    unsafe evhttp_send_reply(request, Int32(response.status), response.reason, body)
  }
}

private func requestArrived(_ request: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) {
  guard let request = unsafe request, let argument = unsafe argument else { return }
  unsafe Unmanaged<HTTPServer>.fromOpaque(argument).takeUnretainedValue().answer(request)
}
