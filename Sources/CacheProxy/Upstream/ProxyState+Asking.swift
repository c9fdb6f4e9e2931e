import ConnectionServer
import MemcacheProtocol
import Platform

/// Commands to the backends.
extension ProxyState {
  enum Admission {
    case admitted(UInt32)
    case refused(PendingRequest.Failure)
  }

  /// The connection that takes a command of so many bytes, with room for them.
  ///
  /// - Parameter isUrgent: also where much is under way.
  mutating func admit(
    _ backend: Int, _ hash: UInt32, _ count: Int, isBinary: Bool = false, isUrgent: Bool = false
  ) -> Admission {
    let side = side(of: backend)
    if health[side] == .dead { return .refused(.down) }
    let number = connection(to: side, hash, isBinary: isBinary)
    if connections[number].state == .closed, !open(number) {
      if self.side(of: backend) == side { return .refused(.down) }
      return admit(backend, hash, count, isBinary: isBinary, isUrgent: isUrgent)
    }
    let pending = connections[number].pending
    if !isUrgent, pending >= limits.maxPending || connections[number].output.count > ProxyLimits.outputBytes {
      counters.add(.overloads)
      return .refused(.busy)
    }
    connections[number].output.reserve(count)
    return .admitted(number)
  }

  /// The command whose bytes are the last of the connection's output.
  mutating func enqueue(_ operation: Operation, on number: UInt32, byteCount: Int) {
    var operation = operation
    operation.byteCount = Int32(truncatingIfNeeded: byteCount)
    operation.madeAt = now
    if operation.request != .none { requests[operation.request].pending += 1 }
    link(operations.insert(operation), on: number)
  }

  mutating func link(_ place: UInt32, on number: UInt32) {
    operations[place].next = .none
    if connections[number].last == .none {
      connections[number].first = place
    } else {
      operations[connections[number].last].next = place
    }
    connections[number].last = place
    connections[number].pending += 1
    if !connections[number].isDirty {
      connections[number].isDirty = true
      dirty.append(number)
    }
  }

  // MARK: One command for one key

  /// Says `bytes` to a backend.
  ///
  /// - Parameter key: where it stands in the bytes.
  /// - Returns: why not, or nothing.
  mutating func ask(
    _ backend: Int, _ hash: UInt32, _ bytes: Span<UInt8>, key: ByteRange, _ operation: Operation
  ) -> PendingRequest.Failure {
    switch admit(backend, hash, bytes.count, isBinary: operation.expected == .frame) {
    case .refused(let why): return why
    case .admitted(let number):
      connections[number].output.append(bytes)
      var operation = operation
      operation.keyStart = Int32(truncatingIfNeeded: key.lowerBound)
      operation.keyCount = UInt16(truncatingIfNeeded: key.count)
      enqueue(operation, on: number, byteCount: bytes.count)
      return .nothing
    }
  }

  /// Says a command once more, to the backup of its key. False where that is none, or has said it itself, or cannot be asked.
  ///
  /// - Parameters:
  ///   - number: the connection, whose first operation it is.
  ///   - again: what is expected of the backup.
  mutating func askBackup(_ number: UInt32, _ operation: Operation, _ again: Operation) -> Bool {
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    connections[number].copy(0, Int(operation.byteCount), to: &command)
    let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
    let route = router.route(command.bytes.bytes(in: key))
    guard let backup = route.backup, !isLast(number, route) else { return false }
    return ask(backup, route.hash, command.bytes, key: key, again) == .nothing
  }

  /// A write of one key: to its main and, where there are backups, to one of them as well.
  mutating func write(
    _ bytes: Span<UInt8>, key: ByteRange, _ route: KeyRouter.Route, _ request: UInt32,
    expected: Operation.Expected = .line, _ kind: WriteKind
  ) {
    counters.add(.writes)
    requests[request].pending += 1
    let route = route.owner < 0 ? route : substitute(route, bytes, key)
    var operation = Operation(request, expected, .forward)
    operation.isRepeatable = kind == .repeatable
    let why =
      route.backup == nil
      ? ask(route.main, route.hash, bytes, key: key, operation) : writeTwice(bytes, key: key, route, operation, kind)
    if why != .nothing {
      counters.add(.writeErrors)
      requests[request].failure = why
    }
    release(request)
  }

  /// - Returns: why not, or nothing.
  private mutating func writeTwice(
    _ bytes: Span<UInt8>, key: ByteRange, _ route: KeyRouter.Route, _ operation: Operation, _ kind: WriteKind
  ) -> PendingRequest.Failure {
    guard let backup = route.backup else { return .nothing }
    var operation = operation
    let isBeingCopied = beginWrite(route.hash, operation.request)
    // What has no name in the text protocol cannot be deleted by it.
    if let writer = soleWriter(kind, route, isBeingCopied: isBeingCopied), bytes.bytes(in: key).isTextKey {
      operation.isSole = true
      return ask(writer, route.hash, bytes, key: key, operation)
    }
    var why = ask(route.main, route.hash, bytes, key: key, operation)
    operation.role = .replica
    var another = ask(backup, route.hash, bytes, key: key, operation)
    if why == .down, another == .nothing, !noteMissed(route.main, bytes, key) {
      operation.role = .forward
      why = ask(route.main, route.hash, bytes, key: key, operation)
    } else if another == .down, why == .nothing, !noteMissed(backup, bytes, key) {
      another = ask(backup, route.hash, bytes, key: key, operation)
    }
    return another == .nothing && why != .busy ? .nothing : why
  }

  /// True where a copy of the key is under way. The request's end is the write's.
  private mutating func beginWrite(_ hash: UInt32, _ request: UInt32) -> Bool {
    guard let generations else { return false }
    requests[request].written = hash
    requests[request].isWrite = true
    return generations.beginWrite(hash)
  }

  /// Whose key it is, is ejected: it must not have what it had before when it returns.
  @inline(never)
  private mutating func substitute(_ route: KeyRouter.Route, _ bytes: Span<UInt8>, _ key: ByteRange) -> KeyRouter.Route
  {
    if noteMissed(Int(route.owner), bytes, key) || key.isEmpty { return route }
    return router.route(bytes.bytes(in: key))
  }

  /// A command that the other side gets only when the first has accepted it: add and cas.
  mutating func writeGuarded(
    _ bytes: Span<UInt8>, key: ByteRange, _ route: KeyRouter.Route, _ request: UInt32, asksBackupFirst: Bool
  ) {
    counters.add(.writes)
    requests[request].pending += 1
    _ = beginWrite(route.hash, request)
    var operation = Operation(request, .line, .guarded)
    operation.isRepeatable = false
    var why = PendingRequest.Failure.down
    let isWarming = asksBackupFirst && (isMovingKeys || health[route.main] == .warming)
    if isWarming, let backup = route.backup { why = ask(backup, route.hash, bytes, key: key, operation) }
    if why == .down { why = ask(route.main, route.hash, bytes, key: key, operation) }
    if why == .down, !isWarming, let backup = route.backup {
      if !noteMissed(route.main, bytes, key) {
        why = ask(route.main, route.hash, bytes, key: key, operation)
      } else {
        why = ask(backup, route.hash, bytes, key: key, operation)
      }
    }
    if why != .nothing {
      counters.add(.writeErrors)
      requests[request].failure = why
    }
    release(request)
  }

  /// A backend is dead while one of its keys is written. False where it has returned meanwhile.
  mutating func noteMissed(_ backend: Int, _ bytes: Span<UInt8>, _ key: ByteRange) -> Bool {
    let text = bytes.bytes(in: key)
    // A key in base64 has no name here.
    let isMissed = dialer.noteMissed(backend, text.isTextKey ? text.indices.map { text[$0] } : nil)
    if !isMissed { refreshHealth() }
    return isMissed
  }

  // MARK: Sending

  /// Sends what has gathered. Those that cannot be sent to are given up.
  mutating func sendAll() {
    var place = 0
    // Giving one up may add others.
    while place < dirty.count {
      let number = dirty[place]
      connections[number].isDirty = false
      send(number)
      place += 1
    }
    dirty.removeAll(keepingCapacity: true)
  }

  mutating func send(_ number: UInt32) {
    guard connections[number].state == .open, connections[number].unsent > 0 else { return }
    switch connections[number].transmit() {
    case .failed(let error): giveUpClosed(number, "\(error)")
    case .bytes, .wouldBlock:
      let isDone = connections[number].unsent == 0
      connections[number].watch?.want(isDone ? .readable : [.readable, .writable])
    }
  }
}
