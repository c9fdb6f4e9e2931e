import MemcacheProtocol
import Platform

/// The values of a retrieval, as a backend sends them.
extension ProxyState {
  mutating func takeValues(_ number: UInt32, _ place: UInt32, at position: Int) -> Taken {
    switch TextReplyParser.parse(received.bytes, from: position) {
    case .incomplete(let needed): return .incomplete(needed)
    case .reply(.value(let key, let flags, let value, _), let count):
      return takeValue(number, place, key, flags, value, at: position, count)
    case .reply(.answer(.end), let count):
      takeEnd(number, place, at: position, count)
      return .whole(count)
    case .reply(.error, let count):
      takeError(number, place, at: position, count)
      return .whole(count)
    default: return .malformed
    }
  }

  private mutating func takeValue(
    _ number: UInt32, _ place: UInt32, _ key: ByteRange, _ flags: UInt32, _ value: ByteRange, at position: Int,
    _ count: Int
  ) -> Taken {
    let operation = operations[place]
    switch operation.role {
    case .forward:
      guard isFirstKey(number, operation, key) else { return .malformed }
      let end = position &+ count
      guard end &+ 5 <= received.count else { return .incomplete(count &+ 5) }
      guard received.bytes[end] == UInt8(ascii: "E"), received.bytes[end &+ 4] == 0x0a else { return .malformed }
      counters.add(isMain(connections[number].backend) ? .getHits : .backupHits)
      setReceived(position, count &+ 5, operation.request)
      return .whole(count &+ 5)
    case .second:
      guard isFirstKey(number, operation, key) else { return .malformed }
      let found = FoundValue(flags: flags, exptime: Int64(limits.refillExptime), value: value, cas: nil)
      takeSecond(number, place, found, raw: ByteRange(start: position, count: count))
      return .part(count)
    default:
      guard passMissing(number, place, until: key) else { return .malformed }
      if operation.isAbandoned { return .part(count) }
      counters.add(isMain(connections[number].backend) ? .getHits : .backupHits)
      if operation.request != .none { keepValue(position, count, operation.request) }
      return .part(count)
    }
  }

  /// A value among others. Where too much waits already, the client that does not read is to blame, and is dropped.
  mutating func keepValue(_ position: Int, _ count: Int, _ request: UInt32) {
    if requests[request].isRefused { return }
    if bufferPool.byteCount + count > limits.answerMemory { return requests[request].failure = .outOfMemory }
    bufferReceived(position, count, request)
  }

  private func isFirstKey(_ number: UInt32, _ operation: Operation, _ key: ByteRange) -> Bool {
    let start = Int(operation.keyStart)
    return connections[number].isEqual(start, Int(operation.keyCount), to: received, key)
  }

  /// No more values: what was asked for and has not come is missing.
  private mutating func takeEnd(_ number: UInt32, _ place: UInt32, at position: Int, _ count: Int) {
    let operation = operations[place]
    switch operation.role {
    case .forward:
      if askSecond(number, place) { return }
      counters.add(.getMisses)
      setReceived(position, count, operation.request)
    case .collect: passAllMissing(number, place)
    case .second:
      // A copy has been found and this is its end, or the backup has none, and the main had none either.
      if !operation.isFound { counters.add(.getMisses) }
    default: break
    }
  }

  /// An error instead of values, or behind some.
  private mutating func takeError(_ number: UInt32, _ place: UInt32, at position: Int, _ count: Int) {
    let operation = operations[place]
    if operation.isAbandoned { return }
    if operation.role == .second { allGenerations.noteFailedCopy() }
    counters.add(.getErrors)
    guard operation.request != .none else { return }
    switch operation.role {
    case .forward:
      if !askSecond(number, place) { setReceived(position, count, operation.request) }
    case .second:
      if requests[operation.request].hasLostMain { requests[operation.request].failure = .down }
    default:
      if !askSecondForAll(number, place) { requests[operation.request].failure = .refused }
    }
  }

  // MARK: The keys of an operation

  /// Goes on to the key of a value; those between are missing. False where it was not asked for.
  private mutating func passMissing(_ number: UInt32, _ place: UInt32, until key: ByteRange) -> Bool {
    guard isAmongKeys(number, operations[place], key) else { return false }
    while !isFirstKey(number, operations[place], key) {
      noteMissing(number, place)
      passKey(number, place)
    }
    passKey(number, place)
    return true
  }

  private func isAmongKeys(_ number: UInt32, _ operation: Operation, _ key: ByteRange) -> Bool {
    var operation = operation
    while operation.keyCount > 0 {
      if isFirstKey(number, operation, key) { return true }
      guard operation.hasManyKeys else { return false }
      let next = connections[number].keyBehind(Int(operation.keyStart) &+ Int(operation.keyCount))
      operation.keyStart = Int32(truncatingIfNeeded: next.start)
      operation.keyCount = UInt16(truncatingIfNeeded: next.count)
    }
    return false
  }

  private mutating func passAllMissing(_ number: UInt32, _ place: UInt32) {
    while operations[place].keyCount > 0 {
      noteMissing(number, place)
      passKey(number, place)
    }
  }

  private mutating func noteMissing(_ number: UInt32, _ place: UInt32) {
    if !askSecond(number, place), !operations[place].isAbandoned { counters.add(.getMisses) }
  }

  /// The first key is answered; the next of the line is the first, or there is none.
  private mutating func passKey(_ number: UInt32, _ place: UInt32) {
    let operation = operations[place]
    let end = Int(operation.keyStart) &+ Int(operation.keyCount)
    let (start, count) = operation.hasManyKeys ? connections[number].keyBehind(end) : (end, 0)
    operations[place].keyStart = Int32(truncatingIfNeeded: start)
    operations[place].keyCount = UInt16(truncatingIfNeeded: count)
    operations[place].isPartlyAnswered = true
  }

  private mutating func askSecondForAll(_ number: UInt32, _ place: UInt32) -> Bool {
    while operations[place].keyCount > 0 {
      if !askSecond(number, place) { return false }
      passKey(number, place)
    }
    return true
  }

  /// Asks the backup of the first key. False where there is none to ask.
  private mutating func askSecond(_ number: UInt32, _ place: UInt32) -> Bool {
    let operation = operations[place]
    guard asksBackups, operation.request != .none else { return false }
    scratch.clear()
    connections[number].copy(Int(operation.keyStart), Int(operation.keyCount), to: &scratch)
    var key = ByteBuffer(capacity: 0)
    swap(&key, &scratch)
    defer { swap(&key, &scratch) }
    if isLast(number, router.route(key.bytes)) { return false }
    return askSecond(key.bytes, operation.request, withCAS: operation.withCAS)
  }
}
