import KeyDistribution
import MemcacheProtocol
import Platform

/// What a main does not have, or cannot say, its backup is asked for; and what that has goes back to the main.
///
/// ```
///   main: END ──▶ backup: mg key v f t ──▶ VA … t100 ──▶ the client
///                  │ generation g                └─▶ main: ms key … ME T100 c ──▶ HD c17
///                  └────────────────── still g? ────────────────────────────────────┘ no: main: md key C17
/// ```
///
/// **Invariants.** `add` (mode E of `ms`) never replaces what a client has stored meanwhile. A key that was written since the
/// backup was asked, by whatever worker, is taken off again if it is still this copy; the next retrieval finds out how it is now.
/// Where the backup speaks no meta commands nobody knows how long the value may live, and `--refill-exptime` says it.
extension ProxyState {
  /// A value of a backup: where it stands in `received`.
  struct FoundValue: BitwiseCopyable {
    let flags: UInt32
    /// Seconds, 0: for ever; below zero: it is not worth a copy.
    let exptime: Int64
    let value: ByteRange
    let cas: UInt64?
  }

  /// Asks the backup of a key for its value. False where there is none to ask.
  mutating func askSecond(_ key: Span<UInt8>, _ request: UInt32, withCAS: Bool) -> Bool {
    let route = router.route(key)
    guard let backup = route.backup,
      case .admitted(let number) = admit(backup, route.hash, key.count + TextRequestWriter.maxOverheadCount)
    else { return false }
    var operation = Operation(request, .values, .second)
    operation.withCAS = withCAS
    operation.generation = generations?[route.hash] ?? 0
    let before = connections[number].output.count
    // Who has not said yet whether it knows them is asked as if it did, and again if it does not.
    if connections[number].speaksMeta != false {
      operation.expected = .meta
      connections[number].output.append("mg ")
    } else {
      connections[number].output.append(withCAS ? "gets " : "get ")
    }
    operation.keyStart = Int32(truncatingIfNeeded: connections[number].output.count - before)
    operation.keyCount = UInt16(truncatingIfNeeded: key.count)
    connections[number].output.append(key)
    connections[number].output.append(operation.expected == .meta ? " v f t c\r\n" : "\r\n")
    enqueue(operation, on: number, byteCount: connections[number].output.count - before)
    if request != .none, requests[request].form == .single { requests[request].form = .retrieval }
    return true
  }

  /// The server of a retrieval is gone: the other one is asked for what it has not answered.
  mutating func failRetrieval(_ operation: Operation, _ bytes: Span<UInt8>, _ backend: Int) {
    let request = operation.request
    if operation.role == .second { allGenerations.noteFailedCopy() }
    guard request != .none else { return }
    if operation.role == .second {
      // The main has said that it has not got it, or could say nothing either.
      if requests[request].hasLostMain { requests[request].failure = .down }
      return
    }
    requests[request].hasLostMain = true
    var start = Int(operation.keyStart)
    var count = Int(operation.keyCount)
    while count > 0 {
      let key = bytes.extracting(start..<start + count)
      guard !isLast(backend, router.route(key)), askSecond(key, request, withCAS: operation.withCAS) else {
        counters.add(.getErrors)
        requests[request].failure = .down
        return
      }
      start += count
      count = 0
      guard operation.hasManyKeys, start < bytes.count, bytes[start] == 0x20 else { continue }
      start += 1
      while start + count < bytes.count, bytes[start + count] > 0x20 { count += 1 }
    }
  }

  /// Behind this connection's server nobody is asked for the key: it is the second itself, or there is none.
  func isLast(_ number: UInt32, _ route: KeyRouter.Route) -> Bool { isLast(connections[number].backend, route) }

  func isLast(_ backend: Int, _ route: KeyRouter.Route) -> Bool {
    guard let backup = route.backup else { return true }
    return backend == backup || dialer.pool.partner(of: backup) == backend
  }

  // MARK: What the backup has

  /// The answer to `mg … v f t c`.
  mutating func takeSecondMeta(_ number: UInt32, _ place: UInt32, _ reply: MetaReply) -> Bool {
    let request = operations[place].request
    switch reply {
    case .item:
      guard let found = reply.found(in: received.bytes) else { return false }
      takeSecond(number, place, found, raw: nil)
    case .answer(.miss, _): if request != .none { counters.add(.getMisses) }
    case .error where connections[number].speaksMeta == false:
      let operation = operations[place]
      var key = takeKey(number, Int(operation.keyStart), Int(operation.keyCount))
      defer { swap(&key, &scratch) }
      _ = askSecond(key.bytes, request, withCAS: operation.withCAS)
    default:
      allGenerations.noteFailedCopy()
      counters.add(.getErrors)
      if request != .none, requests[request].hasLostMain { requests[request].failure = .down }
    }
    return true
  }

  /// - Parameter raw: the value's block as the client gets it, where it has come so.
  mutating func takeSecond(_ number: UInt32, _ place: UInt32, _ found: FoundValue, raw: ByteRange?) {
    let operation = operations[place]
    // From now on its END ends a hit.
    operations[place].isFound = true
    let start = Int(operation.keyStart)
    var key = takeKey(number, start, Int(operation.keyCount))
    defer { swap(&key, &scratch) }
    if operation.request != .none {
      counters.add(.backupHits)
      if let raw {
        keepValue(raw.lowerBound, raw.count, operation.request)
      } else {
        bufferValue(key.bytes, found, withCAS: operation.withCAS, operation.request)
      }
    }
    refill(key.bytes, found, operation.generation)
  }

  /// The key of an operation, in the buffer that is `scratch` otherwise.
  mutating func takeKey(_ number: UInt32, _ start: Int, _ count: Int) -> ByteBuffer {
    var key = ByteBuffer(capacity: 0)
    swap(&key, &scratch)
    key.clear()
    connections[number].copy(start, count, to: &key)
    return key
  }

  private mutating func bufferValue(_ key: Span<UInt8>, _ found: FoundValue, withCAS: Bool, _ request: UInt32) {
    let value = found.value
    if requests[request].isRefused { return }
    if bufferPool.byteCount + value.count > limits.answerMemory { return requests[request].failure = .outOfMemory }
    prepareBuffer(request)
    let cas = withCAS ? found.cas ?? 0 : nil
    bufferPool.write(to: requests[request].buffer, room: TextResponse.maxValueLineCount) {
      TextResponse.writeValueLine(key: key, flags: found.flags, valueCount: value.count, casUnique: cas, to: &$0)
    }
    bufferPool.append(received, value, to: requests[request].buffer)
    bufferPool.append("\r\n", to: requests[request].buffer)
  }

  // MARK: Back to the main

  private mutating func refill(_ key: Span<UInt8>, _ found: FoundValue, _ generation: UInt32) {
    let route = router.route(key)
    // What was asked for while keys were copied may still come when they are no more.
    guard hasBackups, !isJoining, found.exptime >= 0 else { return }
    guard allGenerations.beginCopy(route.hash, of: generation) else { return }
    let room = key.count + found.value.count + TextRequestWriter.maxOverheadCount
    guard case .admitted(let number) = admit(route.main, route.hash, room) else {
      allGenerations.noteFailedCopy()
      return allGenerations.endCopy(route.hash)
    }
    var operation = Operation(.none, .line, .refill)
    operation.generation = generation
    let before = connections[number].output.count
    let speaksMeta = connections[number].speaksMeta == true
    connections[number].output.append(speaksMeta ? "ms " : "add ")
    operation.keyStart = Int32(truncatingIfNeeded: connections[number].output.count - before)
    operation.keyCount = UInt16(truncatingIfNeeded: key.count)
    connections[number].output.append(key)
    writeNumbers(of: found, asMeta: speaksMeta, on: number)
    connections[number].append(received, found.value)
    connections[number].output.append("\r\n")
    if speaksMeta { operation.expected = .meta }
    enqueue(operation, on: number, byteCount: connections[number].output.count - before)
  }

  private mutating func writeNumbers(of found: FoundValue, asMeta: Bool, on number: UInt32) {
    let flags = UInt64(found.flags)
    let exptime = UInt64(found.exptime.magnitude)
    let count = UInt64(found.value.count)
    if asMeta {
      connections[number].output.append((0x20, 1), Span(), (0, 0))
      connections[number].output.append(decimal: count)
      connections[number].output.append(" ME c T")
      connections[number].output.append(decimal: exptime)
      connections[number].output.append(" F")
      connections[number].output.append(decimal: flags)
    } else {
      for value in [flags, exptime, count] {
        connections[number].output.append(UInt8(ascii: " "))
        connections[number].output.append(decimal: value)
      }
    }
    connections[number].output.append("\r\n")
  }

  /// A copy is at its main, or is not wanted there. It is taken off again where the key was written meanwhile.
  mutating func endRefill(_ number: UInt32, _ operation: Operation, _ position: Int, _ count: Int, wasStored: Bool) {
    if wasStored { counters.add(.refills) }
    var key = takeKey(number, Int(operation.keyStart), Int(operation.keyCount))
    defer { swap(&key, &scratch) }
    let hash = KeyHash.fnv1ax32(key.bytes)
    // Said twice, the first may have been stored.
    let mayBeThere = wasStored || operation.repeats > 0
    if !mayBeThere || allGenerations[hash] == operation.generation || connections[number].isLeft {
      return allGenerations.endCopy(hash)
    }
    counters.add(.refillsUndone)
    let cas = wasStored ? MetaReply.cas(in: received.bytes.extracting(position..<position + count)) : nil
    if erase(key.bytes, hash, at: connections[number].backend, cas: cas, ending: true) { return }
    // It is dead, and deletes it when it returns, or has too much to do.
    allGenerations.endCopy(hash)
  }

  /// A write has found the key at the backup alone.
  mutating func copyBack(_ number: UInt32, _ operation: Operation) {
    if operation.keyCount == 0 || !asksBackups { return }
    var key = takeKey(number, Int(operation.keyStart), Int(operation.keyCount))
    defer { swap(&key, &scratch) }
    // A key in the binary protocol may have no name in the text protocol.
    if key.bytes.isTextKey { _ = askSecond(key.bytes, .none, withCAS: false) }
  }

  /// An `add` or `cas` was accepted: the other side gets the value, whatever it has.
  mutating func tellOther(_ number: UInt32, _ operation: Operation) {
    let backend = connections[number].backend
    var command = ByteBuffer(capacity: 0)
    swap(&command, &scratch)
    defer { swap(&command, &scratch) }
    command.clear()
    connections[number].copy(0, Int(operation.byteCount), to: &command)
    guard case .request(.storage(let header), let count) = TextParser.parse(command.bytes) else { return }
    let key = command.bytes.bytes(in: header.key)
    let route = router.route(key)
    guard let backup = route.backup else { return }
    let value = command.bytes.extracting(count..<count + header.valueCount)
    let other = backend == route.main ? backup : route.main
    if isJoining {
      _ = erase(key, route.hash, at: other, for: operation.request)
      return
    }
    let room = key.count + value.count + TextRequestWriter.maxOverheadCount
    guard case .admitted(let number) = admit(other, route.hash, room) else {
      _ = noteMissed(other, command.bytes, header.key)
      return
    }
    let before = connections[number].output.count
    TextRequestWriter.writeStorage(
      .set, key: key, flags: header.flags, exptime: header.exptime, value: value, to: &connections[number].output)
    var replica = Operation(operation.request, .line, .replica)
    replica.keyStart = 4
    replica.keyCount = UInt16(truncatingIfNeeded: key.count)
    enqueue(replica, on: number, byteCount: connections[number].output.count - before)
  }
}
