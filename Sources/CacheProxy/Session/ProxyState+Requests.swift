import ConnectionServer
import MemcacheProtocol
import Platform

/// Clients and their requests: how they begin, and how they are answered.
extension ProxyState {
  // MARK: Beginning

  /// A request of the client whose turn it is.
  ///
  /// - Parameter noreply: it is not answered. It counts among those under way all the same: who sends more than the servers
  ///   take is not read from for a while, and loses nothing.
  mutating func beginRequest(_ form: PendingRequest.Form, noreply: Bool = false) -> UInt32 {
    if current == .none { current = clients.insert(ProxyClient()) }
    let number = requests.insert(PendingRequest(client: current, form))
    requests[number].isSilent = noreply
    if clients[current].last == .none {
      clients[current].first = number
    } else {
      requests[clients[current].last].next = number
    }
    clients[current].last = number
    clients[current].count += 1
    return number
  }

  /// An answer that needs nobody, behind those that are under way.
  mutating func answer(_ text: StaticString, noreply: Bool = false, _ turn: inout Turn) {
    if noreply { return }
    if !isWaiting {
      turn.reply.bytes.reserve(text.utf8CodeUnitCount)
      return turn.reply.bytes.append(text)
    }
    let request = beginRequest(.single)
    buffer(text, request)
    requests[request].isDone = true
  }

  mutating func answer(_ bytes: Span<UInt8>, _ turn: inout Turn) {
    if !isWaiting {
      turn.reply.bytes.reserve(bytes.count)
      return turn.reply.bytes.append(bytes)
    }
    let request = beginRequest(.single)
    buffer(bytes, request)
    requests[request].isDone = true
  }

  /// Of the client whose turn it is, something is under way.
  var isWaiting: Bool { current != .none && clients[current].count > 0 }

  // MARK: Answers

  mutating func buffer(_ text: StaticString, _ request: UInt32) {
    prepareBuffer(request)
    bufferPool.append(text, to: requests[request].buffer)
  }

  mutating func buffer(_ bytes: Span<UInt8>, _ request: UInt32) {
    prepareBuffer(request)
    bufferPool.append(bytes, to: requests[request].buffer)
  }

  /// The same of what lies in `received`.
  mutating func bufferReceived(_ start: Int, _ count: Int, _ request: UInt32) {
    prepareBuffer(request)
    bufferPool.append(received, ByteRange(start: start, count: count), to: requests[request].buffer)
  }

  mutating func prepareBuffer(_ request: UInt32) {
    if requests[request].buffer == .none { requests[request].buffer = bufferPool.take() }
    requests[request].place = .buffered
  }

  /// What is said of it so far is void.
  mutating func clearAnswer(_ request: UInt32) {
    if requests[request].buffer != .none { bufferPool.clear(requests[request].buffer) }
    requests[request].place = .nowhere
  }

  /// The answer lies in `received`.
  mutating func setReceived(_ start: Int, _ count: Int, _ request: UInt32) {
    requests[request].place = .received
    requests[request].start = Int32(truncatingIfNeeded: start)
    requests[request].count = Int32(truncatingIfNeeded: count)
    inReceived.append(request)
  }

  /// One of its operations is over.
  mutating func release(_ request: UInt32) {
    if request == .none { return }
    requests[request].pending -= 1
    if requests[request].pending == 0 { finish(request) }
  }

  mutating func endWrite(_ request: UInt32) {
    guard requests[request].isWrite else { return }
    requests[request].isWrite = false
    allGenerations.endWrite(requests[request].written)
  }

  /// None of its operations is under way: what it is answered stands fast.
  mutating func finish(_ request: UInt32) {
    endWrite(request)
    let client = requests[request].client
    if client == .none { return free(request) }
    if requests[request].isSilent { clearAnswer(request) } else { conclude(request) }
    requests[request].isDone = true
    noteReady(client, request)
  }

  private mutating func noteReady(_ client: UInt32, _ request: UInt32) {
    guard clients[client].first == request, !clients[client].isReady else { return }
    clients[client].isReady = true
    ready.append(client)
  }

  private mutating func conclude(_ request: UInt32) {
    let state = requests[request]
    if state.isBinary { return concludeBinary(request) }
    switch state.form {
    case .single, .replicated:
      if state.place == .nowhere, state.failure != .nothing { buffer(state.failure.line, request) }
    case .retrieval:
      buffer(state.failure == .nothing ? "END\r\n" : state.failure.line, request)
    case .everywhere:
      if state.place == .nowhere { buffer(state.failure == .nothing ? "OK\r\n" : state.failure.line, request) }
    case .binary: break
    }
  }

  mutating func free(_ request: UInt32) {
    let buffer = requests.remove(request).buffer
    if buffer != .none { bufferPool.giveBack(buffer) }
  }

  // MARK: Sending

  /// Writes what the client whose turn it is can be told, in the order of its requests.
  mutating func drain(_ turn: inout Turn) {
    while current != .none {
      let request = clients[current].first
      guard request != .none, requests[request].isDone else { return }
      if turn.reply.bytes.count >= ReplyBuffer.capacity {
        var none = NoSegments()
        if !turn.send(&none) { return }
      }
      write(request, &turn)
      clients[current].first = requests[request].next
      if clients[current].first == .none { clients[current].last = .none }
      clients[current].count -= 1
      free(request)
    }
  }

  private func write(_ request: UInt32, _ turn: inout Turn) {
    let state = requests[request]
    switch state.place {
    case .nowhere: break
    case .received:
      turn.reply.bytes.reserve(Int(state.count))
      turn.reply.bytes.append(received.bytes.extracting(Int(state.start)..<Int(state.start) &+ Int(state.count)))
    case .buffered:
      bufferPool.with(state.buffer) { bytes in
        turn.reply.bytes.reserve(bytes.count)
        turn.reply.bytes.append(bytes)
      }
    }
  }

  /// What lies in `received` and could not be sent is kept: that buffer is needed for the next answers.
  mutating func keepReceived() {
    for request in inReceived where requests.isOccupied(request) && requests[request].place == .received {
      let state = requests[request]
      if bufferPool.byteCount + Int(state.count) <= limits.answerMemory {
        bufferReceived(Int(state.start), Int(state.count), request)
      } else {
        buffer(PendingRequest.Failure.outOfMemory.line, request)
      }
    }
    inReceived.removeAll(keepingCapacity: true)
  }

  // MARK: The client's end

  /// Its client is gone. What is under way goes on, for nobody.
  mutating func abandonCurrent() {
    guard current != .none else { return }
    var request = clients[current].first
    while request != .none {
      let next = requests[request].next
      if requests[request].isDone { free(request) } else { requests[request].client = .none }
      request = next
    }
    let client = clients.remove(current)
    // A retrieval whose line had not ended.
    if client.retrieval != .none { release(client.retrieval) }
    if client.storing != .none { bufferPool.giveBack(client.storing) }
    current = .none
  }

  /// It waits for nothing and has begun nothing: it costs nothing from now on.
  mutating func dropIdleCurrent() {
    guard current != .none else { return }
    let client = clients[current]
    guard client.count == 0, client.storing == .none, client.swallow == 0, client.retrieval == .none else { return }
    _ = clients.remove(current)
    current = .none
  }
}

/// Clients that can be told something.
extension ProxyState {
  /// It waits from now on; its answer may be there already.
  mutating func noteReady(_ client: UInt32) {
    let first = clients[client].first
    guard first != .none, requests[first].isDone, !clients[client].isReady else { return }
    clients[client].isReady = true
    ready.append(client)
  }

  /// The next that has an answer and can be resumed. One that cannot has its turn when its socket is ready, and finds its answer.
  mutating func takeReady() -> (place: SuspendedPlace, isFull: Bool)? {
    while let client = ready.popLast() {
      guard clients.isOccupied(client), clients[client].isReady else { continue }
      clients[client].isReady = false
      if let place = clients[client].place { return (place, clients[client].isFull) }
    }
    return nil
  }
}
