import EventLoop
import MemcacheProtocol
import Platform
import SystemPackage
import Transport

/// How connections to backends begin and end.
extension ProxyState {
  private static let outputCapacity = 16 << 10

  /// False where the backend refuses at once: then it is dead.
  mutating func open(_ number: UInt32) -> Bool {
    let backend = connections[number].backend
    guard let watch = dialer.dial(backend, as: number) else {
      noteDead(backend, "cannot connect")
      return false
    }
    connections[number].transport = .plain(watch.socket)
    connections[number].watch = watch
    connections[number].state = .connecting
    connections[number].usedAt = now
    connections[number].speaksMeta = nil
    connections[number].output.reserve(Self.outputCapacity)
    if hasBackups, !connections[number].isBinary { greet(number) }
    return true
  }

  /// Asks what the server knows. Nothing stands before it.
  private mutating func greet(_ number: UInt32) {
    connections[number].output.append("mn\r\n")
    enqueue(Operation(.none, .greeting, .ignored), on: number, byteCount: 4)
  }

  mutating func noteDead(_ backend: Int, _ why: String) {
    dialer.markDead(backend, why)
    health[backend] = .dead
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
  }

  /// The socket is writable for the first time, or has an error.
  mutating func finishConnecting(_ number: UInt32) {
    guard let watch = connections[number].watch else { return }
    if let error = Socket.pendingError(watch.socket) { return giveUp(number, .refused, "\(error)") }
    if !dialer.speaksTLS { return beginSpeaking(number) }
    guard let channel = dialer.channel(connections[number].backend, over: watch.socket) else {
      return giveUp(number, .refused, "no TLS")
    }
    connections[number].channel = channel
    connections[number].transport = .tls(channel)
    connections[number].state = .handshaking
    shakeHands(number)
  }

  /// The next step of a handshake, when the socket is ready for it.
  mutating func shakeHands(_ number: UInt32) {
    guard let channel = connections[number].channel else { return }
    switch channel.handshake() {
    case .wantsRead: connections[number].watch?.want(.readable)
    case .wantsWrite: connections[number].watch?.want(.writable)
    case .failed(let why): giveUp(number, .refused, "TLS: \(why)")
    case .done: beginSpeaking(number)
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
    /// By ourselves, without anything under way.
    case idle
  }

  /// Closes a connection. What was under way on it is said again where that is safe, to the same server or to the other that
  /// keeps the key; else it has failed.
  mutating func giveUp(_ number: UInt32, _ loss: Loss, _ why: String) {
    let backend = connections[number].backend
    var output = ByteBuffer(capacity: 0)
    swap(&output, &connections[number].output)
    let sent = connections[number].sent
    var place = connections[number].first
    close(number)
    switch loss {
    case .closed, .idle: break
    case .silent: counters.add(.timeouts)
    case .refused, .malformed: counters.add(.backendErrors)
    }
    if loss != .closed, loss != .idle { noteDead(backend, why) }
    var offset = 0
    while place != .none {
      let operation = operations[place]
      let count = Int(operation.byteCount)
      fail(place, output.bytes.extracting(offset..<offset + count), wasSent: offset < sent, loss, backend)
      offset += count
      place = operation.next
    }
  }

  private mutating func close(_ number: UInt32) {
    guard let watch = connections[number].watch else { return }
    let socket = watch.socket
    // The watch goes before the descriptor, which may be another's a moment later.
    connections[number].watch = nil
    connections[number].transport = nil
    connections[number].channel?.close()
    connections[number].channel = nil
    dialer.close(socket)
    connections[number].state = .closed
    connections[number].sent = 0
    connections[number].first = .none
    connections[number].last = .none
    connections[number].pending = 0
    connections[number].partial.clear()
  }

  // MARK: What was under way

  /// One operation of a connection that is gone.
  private mutating func fail(
    _ place: UInt32, _ bytes: Span<UInt8>, wasSent: Bool, _ loss: Loss, _ backend: Int
  ) {
    let operation = operations[place]
    if operation.expected == .greeting { return drop(place) }
    if operation.isPartlyAnswered, operation.keyCount == 0 {
      // All its keys are answered, and only the end is missing, or is something else.
      if loss == .malformed, operation.request != .none { requests[operation.request].failure = .refused }
      return drop(place)
    }
    if hasBackups, loss != .closed, loss != .idle, isWrite(operation) {
      let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
      _ = noteMissed(backend, bytes, key)
    }
    let isSafe = !wasSent || operation.isRepeatable
    let mayRepeat = loss == .closed && operation.repeats == 0 || isPair(backend) && operation.repeats < 2
    if mayRepeat, isSafe, say(place, bytes, to: backend) { return }
    if operation.expected == .values || operation.role == .second {
      failRetrieval(operation, bytes, backend)
    } else if !isSafe, operation.request != .none {
      // The other side's answer, where it was told too, is the command's.
      requests[operation.request].failure = .lost
    } else {
      failCommand(operation, bytes, backend)
    }
    drop(place)
  }

  private func isWrite(_ operation: Operation) -> Bool {
    switch operation.role {
    case .replica, .guarded: true
    case .forward: operation.request != .none && requests[operation.request].form == .replicated
    default: false
    }
  }

  private func isPair(_ backend: Int) -> Bool { dialer.isPair(backend) }

  /// Once more, by a new connection: what is not answered of it. To the other side of a pair, where this one is dead.
  private mutating func say(_ place: UInt32, _ bytes: Span<UInt8>, to backend: Int) -> Bool {
    let operation = operations[place]
    let hash = hash(of: operation, bytes)
    guard case .admitted(let number) = admit(backend, hash, bytes.count, isBinary: operation.expected == .frame)
    else { return false }
    counters.add(.retries)
    let before = connections[number].output.count
    if operation.isPartlyAnswered {
      let start = bytes.endOfWords(operation.hasExptime ? 2 : 1)
      connections[number].output.append(bytes.extracting(0..<start))
      operations[place].keyStart = Int32(truncatingIfNeeded: start + 1)
      connections[number].output.append(bytes.extracting((Int(operation.keyStart) - 1)...))
    } else {
      connections[number].output.append(bytes)
    }
    operations[place].byteCount = Int32(truncatingIfNeeded: connections[number].output.count - before)
    operations[place].repeats += 1
    operations[place].madeAt = now
    link(place, on: number)
    return true
  }

  /// What is not a retrieval goes to the backup, where only the main was told. A write was told to both.
  private mutating func failCommand(_ operation: Operation, _ bytes: Span<UInt8>, _ backend: Int) {
    guard operation.request != .none else { return }
    var why = PendingRequest.Failure.down
    if isMain(backend), requests[operation.request].form != .replicated,
      operation.keyCount > 0 || operation.role == .guarded
    {
      let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
      let route = router.route(bytes.bytes(in: key))
      var repeated = operation
      repeated.repeats = 1
      if let backup = route.backup { why = ask(backup, route.hash, bytes, key: key, repeated) }
    }
    if why != .nothing, requests[operation.request].failure == .nothing { requests[operation.request].failure = why }
  }

  private mutating func drop(_ place: UInt32) {
    let request = operations.remove(place).request
    release(request)
  }

  func hash(of operation: Operation, _ bytes: Span<UInt8>) -> UInt32 {
    if operation.keyCount == 0 { return 0 }
    let start = Int(operation.keyStart)
    return router.route(bytes.extracting(start..<start + Int(operation.keyCount))).hash
  }
}

/// What takes too long.
extension ProxyState {
  /// Connections whose first answer is late, that are long in coming about, or that have been idle for long.
  mutating func giveUpLate() {
    connections.forEachIndex { late.append($0) }
    while let number = late.popLast() {
      guard let loss = loss(of: number) else { continue }
      giveUp(number, loss, loss == .silent ? "no answer in \(limits.answerTimeout) ms" : "no connection")
    }
  }

  private func loss(of number: UInt32) -> Loss? {
    let first = connections[number].first
    switch connections[number].state {
    case .closed: return nil
    case .connecting, .handshaking: return now &- connections[number].usedAt > limits.connectTimeout ? .refused : nil
    case .open:
      if first == .none { return now &- connections[number].usedAt > ProxyLimits.idleTime ? .idle : nil }
      // An answer that goes on coming is no silence.
      let since = max(operations[first].madeAt, connections[number].usedAt)
      return now > since && now &- since > limits.answerTimeout ? .silent : nil
    }
  }
}

extension Span where Element == UInt8 {
  /// Where so many words of a line end.
  fileprivate func endOfWords(_ words: Int) -> Int {
    var place = 0
    var left = words
    while place < count {
      if self[place] == 0x20 { left -= 1 }
      if left == 0 { return place }
      place += 1
    }
    return count
  }
}
