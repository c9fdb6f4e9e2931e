import MemcacheProtocol
import Platform

/// What was under way on a connection that is gone: said again where that is safe, to the same server or to the other that has the key;
/// else it has failed.
extension ProxyState {
  /// Of a command to a pair: to a side whose connection is gone, to that once more, to the other side, whose connection may be gone as
  /// well.
  private static let maxRepeats = 4

  /// One operation of a connection that is gone.
  mutating func fail(
    _ place: UInt32, _ bytes: Span<UInt8>, wasSent: Bool, _ loss: Loss, _ backend: Int
  ) {
    let operation = operations[place]
    if operation.expected == .greeting || continueOnOtherAttempt(place) { return drop(place) }
    if operation.isPartlyAnswered, operation.keyCount == 0 {
      // All its keys are answered, and only the end is missing, or is something else.
      if loss == .malformed, operation.request != .none { requests[operation.request].failure = .refused }
      return drop(place)
    }
    let isSafe = !wasSent || operation.isRepeatable
    let isOfCopy = operation.role == .refill || operation.role == .erase
    if backend == UpstreamConnection.left {
      if isSafe, operation.repeats < 2, sayElsewhere(place, bytes) { return drop(place) }
    } else if hasBackups, loss != .closed, loss != .idle, isWrite(operation) {
      let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
      if router.route(bytes.bytes(in: key)).backup != nil { _ = noteMissed(backend, bytes, key) }
    }
    let mayRepeat =
      backend != UpstreamConnection.left
      && (loss == .closed && operation.repeats == 0 || isPair(backend) && operation.repeats < Self.maxRepeats)
    if mayRepeat, isSafe, say(place, bytes, to: backend) { return }
    let mayMove = limits.ejects && isSafe && operation.repeats <= Self.maxRepeats && backend != UpstreamConnection.left
    if mayMove, isEjected(operation, bytes), sayElsewhere(place, bytes) { return drop(place) }
    if isOfCopy {
      failCopy(operation, bytes, backend)
    } else if operation.expected == .values || operation.role == .second {
      failRetrieval(operation, bytes, backend)
    } else if !isSafe, operation.request != .none {
      // The other side's answer, where it was told too, is the command's.
      requests[operation.request].failure = .lost
    } else {
      failCommand(operation, bytes, backend)
    }
    drop(place)
  }

  /// Its first key is another server's by now.
  private func isEjected(_ operation: Operation, _ bytes: Span<UInt8>) -> Bool {
    if operation.keyCount == 0 { return false }
    let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
    return router.route(bytes.bytes(in: key)).owner >= 0
  }

  private func isWrite(_ operation: Operation) -> Bool {
    switch operation.role {
    case .replica, .guarded: true
    case .forward: operation.request != .none && requests[operation.request].form == .replicated
    default: false
    }
  }

  private func isPair(_ backend: Int) -> Bool { backend != UpstreamConnection.left && dialer.isPair(backend) }

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
    if requests[operation.request].form != .replicated, operation.keyCount > 0 {
      let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
      let route = router.route(bytes.bytes(in: key))
      var repeated = operation
      repeated.repeats = 1
      if let backup = route.backup, !isLast(backend, route) {
        why = ask(backup, route.hash, bytes, key: key, repeated)
      }
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

extension Span where Element == UInt8 {
  /// Where so many words of a line end.
  func endOfWords(_ words: Int) -> Int {
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
