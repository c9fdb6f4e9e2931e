import KeyDistribution
import MemcacheProtocol
import Platform

/// Writes that only one of a key's two places is told of, because the other may not have what they begin from.
///
/// ```
///   incr k ──▶ the place that has k for certain: 8 ──▶ the client
///                                                └───▶ delete k: the other place; mg k v f t ──▶ ms k … ME: the other place
/// ```
///
/// **Purpose.** A set means the same at both places. An incr does not while a copy of k is under way to one of them: that copy may be
/// older than an incr before, and would be counted on. Nor does what makes a key where there is none (`ma k N0`, `ms k ME`), while one
/// of the two has not got all its keys yet. And while not all workers know of a new place, nothing is written there: another worker's
/// write would not be. **Invariants.** The place that is not told deletes the key when the other has accepted the write, or when it is
/// there again. An answer that is lost leaves open which of the two values counts.
extension ProxyState {
  /// What a write does to a key that is there.
  enum WriteKind {
    /// The same again and again: set, delete, touch.
    case repeatable
    /// Something new of what is there: incr, append, a compare and swap.
    case derived
    /// As `derived`, and without it makes the key.
    case creating
  }

  /// The place that is told alone; nil: both are.
  func soleWriter(_ kind: WriteKind, _ route: KeyRouter.Route, isBeingCopied: Bool) -> Int? {
    guard let backup = route.backup else { return nil }
    if isJoining { return route.main }
    if kind == .repeatable { return nil }
    let isIncomplete = kind == .creating && (isMovingKeys || health[route.main] == .warming)
    return (isBeingCopied || isIncomplete) && !isDead(backup) ? backup : nil
  }

  /// A write that one place alone was told of is accepted there: the other has what was before.
  mutating func endSoleWrite(_ number: UInt32, _ operation: Operation) {
    var key = takeKey(number, Int(operation.keyStart), Int(operation.keyCount))
    defer { swap(&key, &scratch) }
    let route = router.route(key.bytes)
    guard let backup = route.backup else { return }
    let isMain = connections[number].backend == route.main || partner(of: route.main) == connections[number].backend
    // The client is told when what was before is found nowhere any more.
    _ = erase(key.bytes, route.hash, at: isMain ? backup : route.main, for: operation.request)
    if !isMain { _ = askSecond(key.bytes, .none, withCAS: false) }
  }

  /// A `cas` of a key that is not where it belongs yet is done where it was. False where it was asked there.
  mutating func compareElsewhere(_ number: UInt32, _ operation: Operation) -> Bool {
    guard connections[number].byte(at: 0) == UInt8(ascii: "c") else { return false }
    var again = Operation(operation.request, .line, .guarded)
    again.isRepeatable = false
    return askBackup(number, operation, again)
  }

  private func partner(of backend: Int) -> Int? { dialer.pool.partner(of: backend) }

  /// A copy that is to go, at once, or when its server is there again. False where nobody can do it.
  ///
  /// - Parameters:
  ///   - ending: the copy under way that ends with it.
  ///   - request: what waits for it.
  mutating func erase(
    _ key: Span<UInt8>, _ hash: UInt32, at backend: Int, cas: UInt64? = nil, ending: Bool = false,
    for request: UInt32 = .none
  ) -> Bool {
    switch admit(backend, hash, key.count + TextRequestWriter.maxOverheadCount, isUrgent: true) {
    case .refused(.down): return noteMissed(backend, key, ByteRange(start: 0, count: key.count))
    case .refused: return false
    case .admitted(let number):
      let before = connections[number].output.count
      if let cas {
        connections[number].output.append("md ")
        connections[number].output.append(key)
        connections[number].output.append(" C")
        connections[number].output.append(decimal: cas)
        connections[number].output.append("\r\n")
      } else {
        TextRequestWriter.writeDelete(key, to: &connections[number].output)
      }
      var operation = Operation(request, cas == nil ? .line : .meta, .erase)
      operation.keyStart = cas == nil ? 7 : 3
      operation.keyCount = UInt16(truncatingIfNeeded: key.count)
      operation.endsCopy = ending
      enqueue(operation, on: number, byteCount: connections[number].output.count - before)
      return true
    }
  }

  /// The key is away: what is there now is copied anew, where the copy before had to go.
  mutating func endErasing(_ number: UInt32, _ operation: Operation) {
    if !operation.endsCopy { return }
    var key = takeKey(number, Int(operation.keyStart), Int(operation.keyCount))
    defer { swap(&key, &scratch) }
    allGenerations.endCopy(KeyHash.fnv1ax32(key.bytes))
    let route = router.route(key.bytes)
    if asksBackups, !isLast(number, route) { _ = askSecond(key.bytes, .none, withCAS: false) }
  }

  /// Nobody knows what became of a copy, or of its deletion: its server deletes the key, now or when it is there again.
  mutating func failCopy(_ operation: Operation, _ bytes: Span<UInt8>, _ backend: Int) {
    let key = bytes.bytes(in: ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount)))
    // A copy under way when keys are kept once by now has a place still.
    let hash = KeyHash.fnv1ax32(key)
    if operation.role == .refill { allGenerations.noteFailedCopy() }
    if backend != UpstreamConnection.left, !noteMissed(backend, key, ByteRange(start: 0, count: key.count)) {
      _ = erase(key, hash, at: backend)
    }
    if operation.role == .refill || operation.endsCopy { allGenerations.endCopy(hash) }
  }
}
