import ConnectionServer
import MemcacheProtocol
import Platform

/// get, gets, gat and gats: split by server, joined by request.
///
/// ```
///   get a b c d ──▶ A: get a c     VALUE a … VALUE c … END ─┐
///                   B: get b d     VALUE d … END            ─┴─▶ VALUE a … VALUE c … VALUE d … END
///                        └ b is missing: with backups the one that keeps b is asked before the END
/// ```
///
/// **Invariants.** A server's values come in the order of its keys, so what is left out between two is missing. A key's values
/// and misses are told apart from its errors: if anybody could not be asked, the answer ends in an error and not in END, for what
/// is missing may be there.
extension ProxyState {
  /// What a retrieval asks besides its keys.
  struct Retrieval: BitwiseCopyable {
    var withCAS = false
    /// Of gat and gats.
    var exptime: Int64?
  }

  /// The keys that are in `keys`: all of a request, or some of a long one.
  mutating func retrieve(_ count: Int, of input: Span<UInt8>, _ retrieval: Retrieval, _ request: UInt32) {
    requests[request].pending += 1
    if count == 1, requests[request].form == .single {
      retrieveOne(input.bytes(in: keys[0].range), retrieval, request)
    } else {
      for number in 0..<count {
        let route = router.route(input.bytes(in: keys[number].range))
        if retrieval.exptime != nil { generations?.noteTouch(route.hash) }
        if let backend = reader(of: route, request) { routes.add(number, route.hash, to: backend) }
      }
      for number in 0..<routes.touchedCount { retrieveSeveral(from: routes.backend(number), input, retrieval, request) }
      routes.clear()
    }
    release(request)
  }

  /// The main; where it is dead or has an old copy its backup, whose word then counts. Nil where both are dead.
  private mutating func reader(of route: KeyRouter.Route, _ request: UInt32) -> Int? {
    let first = firstReader(of: route)
    if !isDead(first) { return first }
    if let backup = route.backup, !isDead(backup) { return backup }
    requests[request].failure = .down
    counters.add(.getErrors)
    return nil
  }

  /// The main but where a copy is under way to it that may be old.
  func firstReader(of route: KeyRouter.Route) -> Int {
    // Also when the second place is not asked for what is missing: it is written still.
    guard hasBackups, !isJoining, let backup = route.backup, generations?.isOutdatedCopy(route.hash) == true,
      !isDead(backup)
    else { return route.main }
    return backup
  }

  private mutating func retrieveOne(_ key: Span<UInt8>, _ retrieval: Retrieval, _ request: UInt32) {
    let route = router.route(key)
    if retrieval.exptime != nil { generations?.noteTouch(route.hash) }
    guard let backend = reader(of: route, request) else { return }
    var operation = Operation(request, .values, .forward)
    operation.withCAS = retrieval.withCAS
    operation.isRead = retrieval.exptime == nil
    if let why = askValues(backend, route.hash, key, retrieval, operation) {
      failOne(why, key, retrieval, backend, request)
    }
    if let exptime = retrieval.exptime { touchOther(than: backend, route, key, exptime) }
  }

  /// A main that dies while it is asked.
  private mutating func failOne(
    _ why: PendingRequest.Failure, _ key: Span<UInt8>, _ retrieval: Retrieval, _ backend: Int, _ request: UInt32
  ) {
    var why = why
    if why == .down, let backup = router.route(key).backup, backup != backend {
      var operation = Operation(request, .values, .forward)
      operation.withCAS = retrieval.withCAS
      why = askValues(backup, router.route(key).hash, key, retrieval, operation) ?? .nothing
    }
    if why == .nothing { return }
    counters.add(.getErrors)
    requests[request].failure = why
  }

  /// `get` of one key. Returns why not.
  mutating func askValues(
    _ backend: Int, _ hash: UInt32, _ key: Span<UInt8>, _ retrieval: Retrieval, _ operation: Operation
  ) -> PendingRequest.Failure? {
    switch admit(backend, hash, key.count &+ TextRequestWriter.maxOverheadCount) {
    case .refused(let why): return why
    case .admitted(let number):
      let before = connections[number].output.count
      begin(retrieval, on: number)
      var operation = operation
      operation.keyStart = Int32(truncatingIfNeeded: connections[number].output.count &- before &+ 1)
      operation.keyCount = UInt16(truncatingIfNeeded: key.count)
      connections[number].output.append((0x20, 1), key, (0x0a0d, 2))
      enqueue(operation, on: number, byteCount: connections[number].output.count &- before)
      return nil
    }
  }

  private mutating func begin(_ retrieval: Retrieval, on number: UInt32) {
    if let exptime = retrieval.exptime {
      TextRequestWriter.beginGetAndTouch(
        exptime: exptime, withCAS: retrieval.withCAS, to: &connections[number].output)
    } else {
      TextRequestWriter.beginGet(withCAS: retrieval.withCAS, to: &connections[number].output)
    }
  }

  /// The keys of one backend, in one command for each connection.
  private mutating func retrieveSeveral(
    from backend: Int, _ input: Span<UInt8>, _ retrieval: Retrieval, _ request: UInt32
  ) {
    for part in 0..<limits.connectionsPerBackend { retrieveSeveral(from: backend, part, input, retrieval, request) }
    guard let exptime = retrieval.exptime else { return }
    var next = routes.firstKey(of: backend)
    while let number = next {
      let key = input.bytes(in: keys[number].range)
      touchOther(than: backend, router.route(key), key, exptime)
      next = routes.key(after: number)
    }
  }

  private mutating func retrieveSeveral(
    from backend: Int, _ part: Int, _ input: Span<UInt8>, _ retrieval: Retrieval, _ request: UInt32
  ) {
    var number = UInt32.none
    var before = 0
    var operation = Operation(request, .values, .collect)
    operation.withCAS = retrieval.withCAS
    operation.hasManyKeys = true
    operation.hasExptime = retrieval.exptime != nil
    operation.isRead = retrieval.exptime == nil
    var next = routes.firstKey(of: backend)
    while let place = next {
      next = routes.key(after: place)
      guard self.part(of: routes.hash(of: place)) == part else { continue }
      let key = input.bytes(in: keys[place].range)
      if number == .none {
        switch admit(backend, routes.hash(of: place), TextRequestWriter.maxOverheadCount + key.count) {
        case .refused(let why):
          counters.add(.getErrors)
          requests[request].failure = why
          return
        case .admitted(let admitted): number = admitted
        }
        before = connections[number].output.count
        begin(retrieval, on: number)
        operation.keyStart = Int32(truncatingIfNeeded: connections[number].output.count &- before &+ 1)
        operation.keyCount = UInt16(truncatingIfNeeded: key.count)
      }
      connections[number].output.reserve(key.count &+ 4)
      connections[number].output.append((0x20, 1), key, (0, 0))
    }
    if number == .none { return }
    connections[number].output.append("\r\n")
    enqueue(operation, on: number, byteCount: connections[number].output.count &- before)
  }

  /// A retrieval that touches does so on both sides.
  private mutating func touchOther(than backend: Int, _ route: KeyRouter.Route, _ key: Span<UInt8>, _ exptime: Int64) {
    guard let backup = route.backup else { return }
    let other = backend == route.main ? backup : route.main
    guard case .admitted(let number) = admit(other, route.hash, key.count + TextRequestWriter.maxOverheadCount) else {
      _ = noteMissed(other, key, ByteRange(start: 0, count: key.count))
      return
    }
    let before = connections[number].output.count
    TextRequestWriter.writeTouch(key, exptime: exptime, to: &connections[number].output)
    enqueue(
      Operation(.none, .line, .ignored), on: number, byteCount: connections[number].output.count - before)
  }
}
