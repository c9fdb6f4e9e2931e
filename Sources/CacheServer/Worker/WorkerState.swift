import EventLoop
import ItemStore
import Platform
import SystemPackage
import Transport

/// All that a worker thread owns: its connections, its buffers, its engine. Changed in place, by that thread alone.
///
/// One wake-up of a connection:
///
/// ```
///   borrow ─▶ what it left unfinished becomes the engine's `current`, its bytes come to the worker's buffers
///   serve  ─▶ receive → process → (receive again only if the last one filled the buffer) → flush
///             a small answer is laid aside instead, and sent at the end of the pass: see PassAnswers
///   settle ─▶ nothing left: it is idle again, and holds nothing
///             else: a Transfer keeps it; the socket waits for input, or for room, or for its next turn
/// ```
///
/// **Invariants.** Between two wake-ups the buffers are empty but for what is laid aside, and `engine.current` is nothing.
/// A connection whose output waits is not read from: what it may cost is bounded by the two buffers and the item it is
/// sending or receiving. A connection is woken only when no answer of its own is laid aside, and one with a Transfer only
/// when nobody's is.
struct WorkerState: ~Copyable {
  var engine: Engine
  var connections = StableArray<Connection>()
  var transfers = StableArray<Transfer>()
  var input = ByteBuffer(capacity: Self.inputCapacity)
  /// Connections that had their turn and have more input at hand.
  var yielded: [UInt32] = []
  var held = HeldAnswers()
  var answers = PassAnswers()
  /// Clients that have come and wait to be adopted, and connections that wait to be closed.
  var accepted = Backlog<FileDescriptor>()
  var closing = Backlog<UInt32>()
  /// One of the two is not empty: one look at the end of each pass.
  var hasConnectionsWaiting = false
  /// The engine knows the time, and what else changes only between requests.
  var isUpToDate = false
  /// What each connection may do in one turn; `-R`.
  let requestsPerTurn: Int

  static let inputCapacity = 64 << 10
  /// A value of which more than this is missing is received straight into its item.
  static let directReceive = 16 << 10
  private static let endlessAllowance = 1 << 40
  /// Buffers of what a client sent too late.
  private static let mostDropped = 16

  init(context: ServerContext, engine: consuming Engine) {
    self.engine = engine
    requestsPerTurn = max(1, context.settings.requestsPerEvent)
  }

  /// What becomes of a connection after a wake-up.
  enum Fate {
    /// Idle as soon as its answer, which is laid aside, is sent.
    case answered
    case idle, waitsForRoom, waitsForTurn, waitsForPeer, waitsForAnswer, closes

    var isIdle: Bool { self == .answered || self == .idle }
  }

  /// Serves a connection whose socket is ready, or whose turn has come again.
  ///
  /// - Parameter goesOn: there is something that an earlier wake-up has left.
  mutating func wake(_ token: UInt32, _ readiness: Readiness, goesOn: Bool) -> Fate {
    begin(token)
    if goesOn { borrow(token) }
    let fate = serve(readable: readiness.contains(.readable), goesOn)
    switch fate {
    case .answered: layAside(token)
    case .closes:
      engine.abandonCurrent()
      input.clear()
    default: settle(token)
    }
    return fate
  }

  private mutating func serve(readable: Bool, _ goesOn: Bool) -> Fate {
    if goesOn, !engine.flush() { return unsent }
    if engine.current.isEnding { return .closes }
    var mayHaveMore = readable || engine.transport.hasBufferedInput
    var turn = requestsPerTurn
    var pause = goesOn ? process(&turn) : .starved
    while true {
      switch pause {
      case .closing: return end()
      case .blocked: return engine.current.awaited == .nothing ? unsent : finish(.waitsForAnswer)
      case .yielded:
        engine.counters.add(.connectionYields)
        return finish(.waitsForTurn)
      case .starved:
        // What is still in the socket wakes the worker again; what the transport holds does not.
        guard mayHaveMore, turn > 0, engine.allowance > 0 else {
          return engine.transport.hasBufferedInput ? finish(.waitsForTurn) : rest()
        }
        switch receive() {
        case .more: mayHaveMore = true
        case .all: mayHaveMore = engine.transport.hasBufferedInput
        case .none: return rest()
        case .ended: return end()
        }
      }
      pause = process(&turn)
    }
  }

  private mutating func process(_ turn: inout Int) -> Engine.Pause {
    Self.process(&engine, &input, &turn)
  }

  /// Engine and input apart: the engine changes while it reads the input.
  private static func process(_ engine: inout Engine, _ input: inout ByteBuffer, _ turn: inout Int) -> Engine.Pause {
    var consumed = 0
    let isFull = input.count == input.capacity
    let pause = engine.process(input.bytes, isFull: isFull, turn: &turn, consumed: &consumed)
    input.consume(consumed)
    if input.isEmpty { input.clear() }
    return pause
  }

  private mutating func finish(_ fate: Fate) -> Fate {
    engine.flush() ? fate : unsent
  }

  /// All that came is answered.
  private mutating func rest() -> Fate {
    input.isEmpty && engine.canLayAside() ? .answered : finish(.idle)
  }

  /// What a connection does whose answers cannot all be sent now.
  private var unsent: Fate {
    if engine.isBroken { return .closes }
    return engine.current.heldUntil == nil ? .waitsForRoom : .waitsForPeer
  }

  /// Nothing more will come, or is wanted: closes when the answers are out.
  private mutating func end() -> Fate {
    if engine.isBroken || engine.flush() { return .closes }
    if engine.isBroken { return .closes }
    input.clear()
    engine.current.isEnding = true
    return unsent
  }

  private enum Receipt {
    /// The buffer was filled: there may be more.
    case more
    case all
    case none
    case ended
  }

  private mutating func receive() -> Receipt {
    if input.isEmpty, engine.wantsValue(moreThan: Self.directReceive) {
      switch engine.receiveValue() {
      case .bytes(let count):
        self.count(read: count)
        return .more
      case .wouldBlock: return .none
      case .closed, .failed: return .ended
      case nil: return .more
      }
    }
    if input.space < input.capacity / 2 { input.compact() }
    let space = input.space
    switch engine.transport.receive(into: &input) {
    case .bytes(let count):
      self.count(read: count)
      return count == space ? .more : .all
    case .wouldBlock: return .none
    case .closed, .failed: return .ended
    }
  }

  private mutating func count(read bytes: Int) {
    engine.allowance -= bytes
    engine.counters.add(.bytesRead, bytes)
  }

  // MARK: Unfinished business

  private mutating func begin(_ token: UInt32) {
    engine.transport = connections[token].begin(at: engine.moment.seconds)
    engine.isBroken = false
    engine.isClosing = false
    engine.allowance = Engine.turnBytes
    engine.notePosition()
  }

  private mutating func borrow(_ token: UInt32) {
    guard let place = connections[token].transfer else { return }
    connections[token].transfer = nil
    var transfer = transfers.remove(place)
    if let rest = transfer.input.take() { Self.restore(rest, to: &input) }
    if let rest = transfer.output.take() { Self.restore(rest, to: &engine.output) }
    engine.current = transfer
  }

  /// A small rest is copied into the worker's large buffer; a large one is such a buffer, and comes back as a whole.
  private static func restore(_ rest: consuming ByteBuffer, to buffer: inout ByteBuffer) {
    if rest.capacity >= buffer.capacity {
      buffer = rest
    } else {
      buffer.append(rest.bytes)
    }
  }

  private mutating func settle(_ token: UInt32) {
    if !input.isEmpty { engine.current.input = Self.keep(&input, capacity: Self.inputCapacity) }
    if !engine.output.isEmpty { engine.current.output = Self.keep(&engine.output, capacity: Engine.outputCapacity) }
    if engine.output.capacity > Engine.outputCapacity { engine.output.resize(toCapacity: Engine.outputCapacity) }
    if engine.current.isNothing { return }
    engine.shareInserts()
    var transfer = Transfer()
    swap(&transfer, &engine.current)
    connections[token].transfer = transfers.insert(transfer)
  }

  /// Up to an eighth of a buffer is worth copying to let the buffer stay. It must stay while anything is laid aside in it.
  private static func keep(_ buffer: inout ByteBuffer, capacity: Int) -> ByteBuffer {
    let isCopied = buffer.count <= capacity / 8 || buffer.asideCount > 0
    var kept = ByteBuffer(capacity: isCopied ? buffer.count : capacity)
    if isCopied {
      kept.append(buffer.bytes)
      buffer.clear()
    } else {
      swap(&kept, &buffer)
    }
    if buffer.capacity > capacity { buffer.resize(toCapacity: capacity) }
    return kept
  }

  /// The answer that a connection waits for, if it still does.
  mutating func answer(_ place: WaitingPlace, _ text: String) -> Bool {
    guard connections.isOccupied(place.token), connections[place.token].transfer == place.transfer,
      transfers[place.transfer].awaited == .asked
    else { return false }
    let bytes = Array(text.utf8)
    var output = ByteBuffer(capacity: bytes.count)
    output.append(bytes.span)
    transfers[place.transfer].output = consume output
    transfers[place.transfer].awaited = .nothing
    return true
  }

  /// The answers that this connection holds need wait no longer; nil where it is not that connection any more.
  mutating func release(_ entry: HeldAnswers.Entry) -> Bool {
    guard connections.isOccupied(entry.token), connections[entry.token].transfer == entry.transfer else { return false }
    transfers[entry.transfer].heldUntil = nil
    return true
  }

  /// The worker ends: answers what was read, as far as the socket takes it at once.
  mutating func finish(_ token: UInt32) {
    begin(token)
    borrow(token)
    engine.allowance = Self.endlessAllowance
    var turn = Int.max
    if engine.flush(), !engine.current.isEnding {
      _ = process(&turn)
      _ = engine.flush()
    }
    engine.abandonCurrent()
    dropUnread()
  }

  /// A socket that is closed over unread bytes resets its connection, and the answers on their way are lost.
  private mutating func dropUnread() {
    var rounds = 0
    input.clear()
    while rounds < Self.mostDropped, case .bytes = engine.transport.receive(into: &input) {
      input.clear()
      rounds += 1
    }
  }

  /// The connection is at its end: gives back all that it held.
  mutating func discard(_ token: UInt32) -> Connection {
    if let place = connections[token].transfer {
      engine.current = transfers.remove(place)
      engine.abandonCurrent()
    }
    return connections.remove(token)
  }
}

extension Engine {
  func wantsValue(moreThan count: Int) -> Bool {
    current.missingValue > count
  }
}
