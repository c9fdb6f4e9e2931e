import EventLoop
import MemcacheProtocol
import Platform
import SystemPackage
import Transport

/// How connections to backends begin and end.
extension ProxyState {
  private static let outputCapacity = 16 << 10

  /// False where the server refuses at once: then it is dead.
  mutating func open(_ number: UInt32) -> Bool {
    let backend = connections[number].backend
    if dialer.isNumber(backend) {
      guard dial(number) else {
        noteFailed(backend, "cannot connect")
        return false
      }
    } else {
      connections[number].state = .naming
      dialer.lookUp(backend, for: number)
    }
    connections[number].usedAt = now
    connections[number].hasAnswered = false
    connections[number].speaksMeta = nil
    connections[number].output.reserve(Self.outputCapacity)
    if hasBackups, !connections[number].isBinary { greet(number) }
    return true
  }

  private mutating func dial(_ number: UInt32) -> Bool {
    guard let watch = dialer.dial(connections[number].backend, as: number) else { return false }
    connections[number].transport = .plain(watch.socket)
    connections[number].watch = watch
    connections[number].isCounted = true
    connections[number].state = .connecting
    return true
  }

  /// The server's name has been answered, or has been waited for as long as it may: it is where it was last.
  mutating func named(_ number: UInt32) {
    guard connections.isOccupied(number), connections[number].state == .naming else { return }
    if !dial(number) { giveUp(number, .refused, "cannot connect") }
  }

  /// Asks what the server knows. Nothing stands before it.
  mutating func greet(_ number: UInt32) {
    connections[number].output.append("mn\r\n")
    enqueue(Operation(.none, .greeting, .ignored), on: number, byteCount: 4)
  }

  private mutating func noteFailed(_ backend: Int, _ why: String) {
    dialer.noteFailure(backend, why)
    refreshHealth()
  }

  /// What has changed since it was looked at last.
  mutating func refreshHealth() {
    let version = dialer.healthVersion
    if version == healthVersion { return }
    healthVersion = version
    for backend in 0..<health.count {
      health[backend] = dialer.health(of: backend)
      sides[backend] = Int32(truncatingIfNeeded: dialer.side(of: backend))
    }
    guard limits.ejects else { return }
    // While keys move a dead server's are where they were.
    let isMoving = dialer.pool.move != nil
    for main in 0..<limits.keyedMains { router.setEjected(main, !isMoving && dialer.isEjected(main)) }
  }

  /// The socket is writable for the first time, or has an error.
  mutating func finishConnecting(_ number: UInt32) {
    guard let watch = connections[number].watch else { return }
    if let error = Socket.pendingError(watch.socket) { return giveUp(number, .refused, "\(error)") }
    if !dialer.speaksTLS { return greetServer(number) }
    guard let channel = dialer.channel(connections[number].backend, over: watch.socket) else {
      return giveUp(number, .refused, "no TLS")
    }
    connections[number].channel = channel
    connections[number].transport = .tls(channel)
    connections[number].state = .handshaking
    performHandshake(number)
  }

  /// The next step of a handshake, when the socket is ready for it.
  mutating func performHandshake(_ number: UInt32) {
    guard let channel = connections[number].channel else { return }
    switch channel.handshake() {
    case .wantsRead: connections[number].watch?.want(.readable)
    case .wantsWrite: connections[number].watch?.want(.writable)
    case .failed(let why): giveUp(number, .refused, "TLS: \(why)")
    case .done: greetServer(number)
    }
  }

  /// Before anything else is said, where servers want a login.
  private mutating func greetServer(_ number: UInt32) {
    guard let greeting = dialer.greeting(isBinary: connections[number].isBinary) else { return beginSpeaking(number) }
    connections[number].greeting = greeting
    connections[number].state = .greeting
    resumeGreeting(number)
  }

  /// The next step of it, when the socket is ready for it.
  mutating func resumeGreeting(_ number: UInt32) {
    guard let transport = connections[number].transport, let greeting = connections[number].greeting else { return }
    switch greeting.with({ $0.step(transport) }) {
    case .wantsRead: connections[number].watch?.want(.readable)
    case .wantsWrite: connections[number].watch?.want(.writable)
    case .failed(let why): giveUp(number, .refused, why)
    case .done:
      connections[number].greeting = nil
      beginSpeaking(number)
    }
  }

  private mutating func beginSpeaking(_ number: UInt32) {
    connections[number].state = .open
    connections[number].usedAt = now
    connections[number].watch?.want(.readable)
    send(number)
  }

  /// Why a connection is of no more use.
  enum Loss {
    /// The server has closed it: it may have been idle for long, or the server has ended. A new one will tell.
    case closed
    /// It cannot be made: the server is dead.
    case refused
    /// Answers do not come: the server hangs.
    case silent
    /// What comes is no answer.
    case malformed
    /// From here, without anything under way.
    case idle
  }

  /// The other end has closed it. Where that was done before, and a new one has come to nothing as well, the server is ending: for a
  /// moment it may be connected to that does not answer any more.
  mutating func giveUpClosed(_ number: UInt32, _ why: String) {
    if connections[number].pending == 0 { return giveUp(number, .idle, why) }
    giveUp(number, !connections[number].hasAnswered && wasRepeated(number) ? .refused : .closed, why)
  }

  /// The first command, behind the greeting, was said before by another connection.
  private func wasRepeated(_ number: UInt32) -> Bool {
    let first = connections[number].first
    let place = operations[first].expected == .greeting ? operations[first].next : first
    return place != .none && operations[place].repeats > 0
  }

  /// Closes a connection. What was under way on it is said again where that is safe, to the same server or to the other that
  /// keeps the key; else it has failed.
  mutating func giveUp(_ number: UInt32, _ loss: Loss, _ why: String) {
    let backend = connections[number].backend
    var output = ByteBuffer(capacity: 0)
    swap(&output, &connections[number].output)
    let sent = connections[number].sent
    var place = connections[number].first
    // It is said to another, and must not come behind that.
    if loss == .silent, let socket = connections[number].watch?.socket { Socket.discardUnsent(socket) }
    close(number)
    switch loss {
    case .closed, .idle: break
    case .silent: counters.add(.timeouts)
    case .refused, .malformed: counters.add(.backendErrors)
    }
    if loss != .closed, loss != .idle, backend != UpstreamConnection.left { noteFailed(backend, why) }
    var offset = 0
    while place != .none {
      let operation = operations[place]
      let count = Int(operation.byteCount)
      fail(place, output.bytes.extracting(offset..<offset + count), wasSent: offset < sent, loss, backend)
      offset += count
      place = operation.next
    }
  }

  mutating func close(_ number: UInt32) {
    let socket = connections[number].watch?.socket
    // The watch goes before the descriptor, which may be another's a moment later.
    connections[number].watch = nil
    connections[number].transport = nil
    connections[number].greeting = nil
    connections[number].channel?.close()
    connections[number].channel = nil
    if let socket { dialer.close(socket, of: connections[number].isCounted ? connections[number].server : nil) }
    connections[number].isCounted = false
    connections[number].state = .closed
    connections[number].sent = 0
    connections[number].first = .none
    connections[number].last = .none
    connections[number].pending = 0
    connections[number].partial.clear()
  }
}

/// What takes too long, and what is there for nothing.
extension ProxyState {
  /// Connections whose first answer is late, that are long in coming about, or that have been idle for long.
  mutating func giveUpLate() {
    connections.forEachIndex { late.append($0) }
    while let number = late.popLast() {
      if connections[number].isLeft, connections[number].pending == 0 {
        removeLeft(number)
        continue
      }
      noteSpare(number)
      if connections[number].state == .naming, age(of: number) > limits.connectTimeout / 2 { named(number) }
      guard let loss = loss(of: number) else { continue }
      giveUp(number, loss, loss == .silent ? "no answer in \(limits.answerTimeout) ms" : "no connection")
    }
  }

  private func age(of number: UInt32) -> UInt32 { now &- connections[number].usedAt }

  private func loss(of number: UInt32) -> Loss? {
    let first = connections[number].first
    switch connections[number].state {
    case .closed: return nil
    case .naming, .connecting, .handshaking, .greeting: return age(of: number) > limits.connectTimeout ? .refused : nil
    case .open:
      if first == .none {
        return !connections[number].isCounted || age(of: number) > ProxyLimits.idleTime ? .idle : nil
      }
      // An answer that goes on coming is no silence.
      let since = max(operations[first].madeAt, connections[number].usedAt)
      return now > since && now &- since > limits.answerTimeout ? .silent : nil
    }
  }

  /// Nothing was asked by it for a moment, and there are more than are to be kept (`-i`).
  private mutating func noteSpare(_ number: UInt32) {
    let backend = connections[number].backend
    guard connections[number].state == .open, connections[number].first == .none, !connections[number].isLeft,
      age(of: number) > ProxyLimits.spareTime, connections[number].isCounted, dialer.takeSpare(backend)
    else { return }
    connections[number].isCounted = false
  }
}
