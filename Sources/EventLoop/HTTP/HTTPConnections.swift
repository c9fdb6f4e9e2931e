import CLibevent
import Platform
import SystemPackage

// The connections of evhttp, which neither bounds nor tells them, and lets a client dribble.
//
//    accept ──▶ connectionArrived(): makes the bufferevent ──▶ evhttp gives it the socket ──▶ the same pass: note(), which socket
//                                                                                                └── too many: shut down whom the table names
//    bytes, a whole request, its answer, the answer taken ──▶ HTTPConnectionTable          timer ──▶ shut down who is overdue
//
// A socket is open as long as its descriptor leads to the same one: the kernel gives each a number of its own. Of the bufferevent
// a reference is held for the rest of the pass only, since evhttp closes descriptors itself. For the same reason a connection is ended by
// shutdown(2), as if its client had gone: evhttp finds that and frees it.
//
// Where answers are being made for as many as there may be, and where the process has no descriptor left, the listeners rest: they would
// be told of the same client again at once, for ever. The timer wakes them all the same; it is the only one that does.

@safe final class HTTPConnections {
  private struct Connection {
    let file: FileDescriptor
    let identity: UInt64
    /// The address of its input, by which it is known to evhttp's callbacks.
    let input: Int
  }

  private let loop: EventLoop
  private let limit: Int
  private let now: () -> UInt64
  private let secure: (() -> Int?)?
  /// Those of this pass.
  private var arrived: [OpaquePointer] = unsafe []
  private var connections: [Connection] = []
  private var table: HTTPConnectionTable
  private var listeners: [OpaquePointer] = unsafe []
  private var timer: Timer?
  private var noting: OpaquePointer?

  private static let interval = Duration.milliseconds(250)

  /// - Parameter secure: the address of a new channel of OpenSSL's for a connection, whose owner it becomes; nil: they are plain.
  init(loop: EventLoop, limit: Int, now: @escaping () -> UInt64, secure: (() -> Int?)?) {
    (self.loop, self.limit, self.now, self.secure) = (loop, limit, now, secure)
    table = HTTPConnectionTable(limit: limit)
    timer = Timer(loop: loop) { [unowned self] in look() }
  }

  deinit {
    unsafe noting.map { unsafe event_free($0) }
    unsafe arrived.forEach { unsafe _ = bufferevent_decref($0) }
  }

  var isSecure: Bool { secure != nil }

  /// From now on each connection of evhttp's is counted.
  @unsafe func watch(_ http: OpaquePointer) {
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe noting = event_new(loop.base, -1, 0, passGoesOn, argument)
    unsafe evhttp_set_bevcb(http, connectionArrived, argument)
  }

  @unsafe func add(_ listener: OpaquePointer?) {
    guard let listener = unsafe listener else { return }
    unsafe listeners.append(listener)
    unsafe evconnlistener_set_error_cb(listener) { listener, _ in unsafe _ = evconnlistener_disable(listener) }
    timer?.schedule(every: Self.interval)
  }

  /// evhttp and its listeners are gone.
  func end() {
    timer = nil
    unsafe listeners.removeAll()
  }

  var count: Int { unsafe arrived.count + connections.count }

  // MARK: They come

  /// For a connection that is being accepted; nil leaves it to evhttp, which would serve it in plain.
  @unsafe fileprivate func makeBuffer() -> OpaquePointer? {
    forgetClosed()
    guard let noting = unsafe noting, let buffer = unsafe newBuffer() else { return nil }
    unsafe bufferevent_incref(buffer)
    unsafe arrived.append(buffer)
    let argument = unsafe Unmanaged.passUnretained(self).toOpaque()
    unsafe _ = evbuffer_add_cb(bufferevent_get_input(buffer), inputChanged, argument)
    unsafe event_active(noting, Int32(EV_TIMEOUT), 1)
    // Before `note` nobody is shut down: so many more than the limit come in at once, and no more.
    if table.isBusy || count >= 2 * limit { rest() }
    return unsafe buffer
  }

  /// Without a channel a connection that should be secure gets nothing: its buffer belongs to no socket, and evhttp closes it.
  @unsafe private func newBuffer() -> OpaquePointer? {
    guard let secure else { return unsafe bufferevent_socket_new(loop.base, -1, 0) }
    guard let channel = secure(), let ssl = unsafe OpaquePointer(bitPattern: channel) else { return nil }
    let options = Int32(BEV_OPT_CLOSE_ON_FREE.rawValue)
    return unsafe bufferevent_openssl_socket_new(loop.base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING, options)
  }

  private func rest() { unsafe listeners.forEach { unsafe _ = evconnlistener_disable($0) } }

  /// They have their sockets now.
  fileprivate func note() {
    let time = now()
    unsafe arrived.forEach { buffer in
      let file = FileDescriptor(rawValue: unsafe bufferevent_getfd(buffer))
      if let identity = Socket.identity(file) {
        let input = unsafe Int(bitPattern: bufferevent_get_input(buffer))
        connections.removeAll { $0.input == input }
        connections.append(Connection(file: file, identity: identity, input: input))
        table.add(identity, host: (try? Socket.peerAddress(file))?.host ?? "", now: time)
      }
      unsafe bufferevent_decref(buffer)
    }
    unsafe arrived.removeAll()
    close(table.surplus(now: time))
  }

  // MARK: What becomes of them

  fileprivate func bytesArrived(_ input: Int) {
    if let identity = identity(input) { table.began(identity, now: now()) }
  }

  /// Of a request whose connection there still is.
  @unsafe func set(_ phase: HTTPConnectionTable.Phase, of request: OpaquePointer) {
    guard let connection = unsafe evhttp_request_get_connection(request),
      let buffer = unsafe evhttp_connection_get_bufferevent(connection),
      let identity = unsafe identity(Int(bitPattern: bufferevent_get_input(buffer)))
    else { return }
    table.set(identity, phase, now: now())
  }

  /// Its answer has been handed to evhttp.
  @unsafe func expectCompletion(of request: OpaquePointer) {
    unsafe set(.writing, of: request)
    unsafe evhttp_request_set_on_complete_cb(request, answerTaken, Unmanaged.passUnretained(self).toOpaque())
  }

  private func identity(_ input: Int) -> UInt64? { connections.last { $0.input == input }?.identity }

  // MARK: They go

  private func forgetClosed() {
    connections.removeAll { Socket.identity($0.file) != $0.identity }
    table.keep { id in connections.contains { $0.identity == id } }
  }

  private func close(_ identities: [UInt64]) {
    for connection in connections where identities.contains(connection.identity) {
      if Socket.identity(connection.file) == connection.identity { Socket.shutdownBoth(connection.file) }
    }
  }

  private func look() {
    forgetClosed()
    close(table.overdue(now: now()))
    if table.isBusy || count >= 2 * limit { return }
    unsafe listeners.forEach { unsafe _ = evconnlistener_enable($0) }
  }
}

private func connectionArrived(_ base: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> OpaquePointer? {
  guard let argument = unsafe argument else { return nil }
  return unsafe Unmanaged<HTTPConnections>.fromOpaque(argument).takeUnretainedValue().makeBuffer()
}

private func passGoesOn(_ fd: Int32, _ what: Int16, _ argument: UnsafeMutableRawPointer?) {
  guard let argument = unsafe argument else { return }
  unsafe Unmanaged<HTTPConnections>.fromOpaque(argument).takeUnretainedValue().note()
}

private func inputChanged(
  _ input: OpaquePointer?, _ change: UnsafePointer<evbuffer_cb_info>?, _ argument: UnsafeMutableRawPointer?
) {
  guard let argument = unsafe argument, let change = unsafe change, unsafe change.pointee.n_added > 0 else { return }
  let connections = unsafe Unmanaged<HTTPConnections>.fromOpaque(argument).takeUnretainedValue()
  connections.bytesArrived(Int(bitPattern: input))
}

private func answerTaken(_ request: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) {
  guard let request = unsafe request, let argument = unsafe argument else { return }
  unsafe Unmanaged<HTTPConnections>.fromOpaque(argument).takeUnretainedValue().set(.idle, of: request)
}
