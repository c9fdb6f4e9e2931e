import MemcacheProtocol
import Platform

/// From one pool of servers to another while requests are under way: SIGHUP.
///
/// ```
///   server    before          now
///   a         connection 0    connection 0            stands in both lists: nothing happens to it
///   b         connection 1    (left)                  what is under way is answered, then it is closed
///   c                         connection 5            made when it is needed
/// ```
///
/// **Invariants.** A connection keeps its number, by which its socket's events find it; only its server's number changes. No client
/// notices: what was asked of a server that is not in the list any more is answered by that, or, where it fails, asked of who has the key now.
extension ProxyState {
  /// Not from inside of anything else.
  mutating func adopt(_ pool: BackendPool) {
    let before = dialer.pool
    let many = limits.connectionsPerBackend
    dialer.adopt(pool)
    setUp(pool)
    connectPlaces(pool, before: (before, many))
    refreshHealth()
    giveUpLeft()
    if hasBackups { connections.forEachIndex { late.append($0) } }
    while let number = late.popLast() { greetLate(number) }
    sendAll()
  }

  /// - Parameter before: the pool of the connections that there are, and how many each server has.
  mutating func connectPlaces(_ pool: BackendPool, before: (pool: BackendPool, many: Int)?) {
    let many = limits.connectionsPerBackend
    let count = pool.backends.count
    var old = FixedArray<UInt32>(repeating: .none, count: 0)
    swap(&old, &places)
    places = FixedArray(repeating: .none, count: count * many * 2)
    connections.forEachIndex { late.append($0) }
    while let number = late.popLast() { connections[number].backend = UpstreamConnection.left }
    for number in 0..<count {
      let kept = before?.pool.backends.firstIndex { $0 === pool.backends[number] }
      for part in 0..<many * 2 {
        let isBinary = part >= many
        let place = (isBinary ? number + count : number) * many + part % many
        if let kept, let before, part % many < before.many {
          let oldCount = before.pool.backends.count
          places[place] = old[(isBinary ? kept + oldCount : kept) * before.many + part % many]
          connections[places[place]].backend = number
        } else {
          places[place] = connections.insert(
            UpstreamConnection(to: number, pool.backends[number], isBinary: isBinary))
        }
      }
    }
  }

  /// Connections that are not made yet are of no more use, and nothing was sent by them.
  private mutating func giveUpLeft() {
    connections.forEachIndex { late.append($0) }
    while let number = late.popLast() {
      if connections[number].isLeft, connections[number].state != .open { giveUp(number, .closed, "it has left") }
    }
  }

  /// One that was made when nobody had to know what its server knows.
  private mutating func greetLate(_ number: UInt32) {
    guard connections[number].state == .open, connections[number].speaksMeta == nil, !connections[number].isBinary,
      !connections[number].isLeft
    else { return }
    connections[number].speaksMeta = false
    greet(number)
  }

  /// Nothing is under way on it any more. Looked at by the clock, for its number is another's from then on.
  mutating func removeLeft(_ number: UInt32) {
    close(number)
    dirty.removeAll { $0 == number }
    drop(connections.remove(number))
  }

  private func drop(_ connection: consuming UpstreamConnection) {}

  /// What a server that has left, or is ejected, did not answer goes to who has the key now. False where it has none.
  mutating func sayElsewhere(_ place: UInt32, _ bytes: Span<UInt8>) -> Bool {
    let operation = operations[place]
    guard operation.keyCount > 0, operation.request != .none, operation.role != .second, operation.role != .replica,
      operation.role != .erase
    else { return false }
    if operation.expected == .values { return askElsewhere(operation, bytes) }
    let key = ByteRange(start: Int(operation.keyStart), count: Int(operation.keyCount))
    let route = router.route(bytes.bytes(in: key))
    if route.owner >= 0, !operation.isRead { _ = noteMissed(Int(route.owner), bytes, key) }
    var repeated = operation
    repeated.repeats += 1
    counters.add(.retries)
    return ask(route.main, route.hash, bytes, key: key, repeated) == .nothing
  }

  /// The keys of a retrieval that are not answered yet.
  private mutating func askElsewhere(_ operation: Operation, _ bytes: Span<UInt8>) -> Bool {
    let head = bytes.endOfWords(operation.hasExptime ? 2 : 1)
    var start = Int(operation.keyStart)
    var count = Int(operation.keyCount)
    while count > 0 {
      if !askElsewhere(bytes.extracting(0..<head), bytes.extracting(start..<start + count), operation) { return false }
      start += count + 1
      count = 0
      guard operation.hasManyKeys else { return true }
      while start + count < bytes.count, bytes[start + count] > 0x20 { count += 1 }
    }
    return true
  }

  private mutating func askElsewhere(_ head: Span<UInt8>, _ key: Span<UInt8>, _ operation: Operation) -> Bool {
    let route = router.route(key)
    let byteCount = head.count + key.count + 3
    guard case .admitted(let number) = admit(route.main, route.hash, byteCount) else { return false }
    counters.add(.retries)
    connections[number].output.append(head)
    connections[number].output.append(UInt8(ascii: " "))
    connections[number].output.append(key)
    connections[number].output.append("\r\n")
    var one = operation
    one.keyStart = Int32(truncatingIfNeeded: head.count + 1)
    one.keyCount = UInt16(truncatingIfNeeded: key.count)
    one.hasManyKeys = false
    one.isPartlyAnswered = false
    one.repeats += 1
    enqueue(one, on: number, byteCount: byteCount)
    return true
  }
}
