import CLibevent
import Platform
import SystemPackage

// How many connections there are at once, which evhttp neither bounds nor tells.
//
//    accept ──▶ connectionArrived(): makes the bufferevent ──▶ evhttp gives it the socket ──▶ the same pass: note(), which socket
//                   │                                                                             │
//                   └── at the limit: listeners rest ◀── timer: which are still open? ◀───────────┘
//
// A socket is open as long as its descriptor leads to the same one: the kernel gives each a number of its own. Of the bufferevent
// a reference is held for the rest of the pass only, since evhttp closes descriptors itself.
//
// Where the process has no descriptor left the listeners rest, too: they would be told of the same client again at once, for ever.
// The timer wakes them all the same; it is the only one that does.

@safe final class HTTPConnections {
  private let loop: EventLoop
  private let limit: Int
  /// Those of this pass.
  private var arrived: [OpaquePointer] = unsafe []
  private var sockets: [(file: FileDescriptor, identity: UInt64)] = []
  private var listeners: [OpaquePointer] = unsafe []
  private var timer: Timer?
  private var noting: OpaquePointer?

  private static let maxRest = Duration.milliseconds(250)

  init(loop: EventLoop, limit: Int) {
    (self.loop, self.limit) = (loop, limit)
    timer = Timer(loop: loop) { [unowned self] in resumeIfPossible() }
  }

  deinit {
    unsafe noting.map { unsafe event_free($0) }
    unsafe arrived.forEach { unsafe _ = bufferevent_decref($0) }
  }

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
    timer?.schedule(every: Self.maxRest)
  }

  /// evhttp and its listeners are gone.
  func end() {
    timer = nil
    unsafe listeners.removeAll()
  }

  var count: Int { unsafe arrived.count + sockets.count }

  /// For a connection that is being accepted; nil leaves it to evhttp.
  @unsafe fileprivate func makeBuffer() -> OpaquePointer? {
    forgetClosed()
    guard let noting = unsafe noting, let buffer = unsafe bufferevent_socket_new(loop.base, -1, 0) else { return nil }
    unsafe bufferevent_incref(buffer)
    unsafe arrived.append(buffer)
    unsafe event_active(noting, Int32(EV_TIMEOUT), 1)
    if count >= limit { unsafe listeners.forEach { unsafe _ = evconnlistener_disable($0) } }
    return unsafe buffer
  }

  /// They have their sockets now.
  fileprivate func note() {
    unsafe arrived.forEach { buffer in
      let file = FileDescriptor(rawValue: unsafe bufferevent_getfd(buffer))
      if let identity = Socket.identity(file) { sockets.append((file, identity)) }
      unsafe bufferevent_decref(buffer)
    }
    unsafe arrived.removeAll()
  }

  private func forgetClosed() { sockets.removeAll { Socket.identity($0.file) != $0.identity } }

  private func resumeIfPossible() {
    forgetClosed()
    if count >= limit { return }
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
