import ClientLogin
import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// memcached's binary protocol: reads the requests of one connection at a time, has them executed, writes the answers.
///
/// ```
///   input ──parse──▶ request ──▶ CommandExecutor ──▶ store
///     └ a value behind it goes into its item          │ result
///       as it comes                                   ▼
///                                reply  header, extras, key, value ┊ a large value goes out from its item
/// ```
///
/// A worker has one and lends it to the connection that is awake, whose `current` is, as it does its `TextSession`; the two share
/// the pins of large values and the gate of replies that wait for the peer. A request is consumed when it is executed, so one
/// for whose answer there is no room is simply read again; what has to be remembered between two inputs is a value that is
/// not whole, and bytes to drop.
///
/// **Bounds.** The reply never exceeds its buffer, but for what `-o repl_ack` puts into it. When the client does not read, `flush`
/// says so, and processing stops with `blocked` until the socket is writable. A frame costs what it has sent: its value is
/// received into the item, a piece at a time, and what is refused is dropped as it comes.
///
/// **Must not know** how sockets become ready, and how the peer is kept equal: it only hands the journal on.
struct BinarySession: ~Copyable {
  private let lentStore: LentReference<ItemStore>
  /// Off, every cas unique is 0.
  let showsCAS: Bool
  var executor: CommandExecutor
  var lookahead = KeyLookahead()
  var current = UnfinishedFrame()
  /// Of all other connections of the worker.
  var unfinished = StableArray<UnfinishedFrame>()
  var pins: PinnedValues
  let acks: SharedAckGate
  /// Somebody wants to be told of each request.
  private var isVerbose = false
  /// The worker's.
  var closeReasons = CloseReasons()

  /// Room that every request finds: any answer but a value.
  static let answerRoom = 512

  /// - Parameters:
  ///   - pins, acks: the worker's.
  init(
    context: ServerContext, journal: WorkerJournal?, counters: WorkerCounters, pins: PinnedValues, acks: SharedAckGate
  ) {
    lentStore = LentReference(context.store)
    showsCAS = context.settings.isCASEnabled
    executor = CommandExecutor(context: context, journal: journal, counters: counters)
    self.pins = pins
    self.acks = acks
  }

  /// Looks at what may change between requests.
  mutating func update(at moment: Moment) {
    executor.update(at: moment)
    isVerbose = executor.observed.wantsRequests
  }

  var context: ServerContext { executor.context }

  // MARK: Processing

  /// See `ProtocolSession`.
  mutating func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause {
    if acks.isOn, turn.isNew { acks.beginTurn() }
    lookahead.clear()
    let pause = processAll(input, &consumed, &turn)
    if acks.isOn { acks.noteChanges(&current.held) }
    if !current.isNothing {
      turn.isUnfinished = true
      turn.missingBytes = current.missingValue
    }
    return pause
  }

  @inline(__always)
  private mutating func processAll(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause {
    // As in `TextSession`: the reference is counted once for all requests, and none where there is none.
    if executor.journal == nil { return lentStore.with { process(input, &consumed, &turn, $0, nil) } }
    let journal = executor.journal
    return lentStore.with { process(input, &consumed, &turn, $0, journal) }
  }

  private mutating func process(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause {
    while true {
      if turn.isBroken || turn.isClosing { return .closing }
      if let pause = resumeUnfinished(input, &consumed, &turn, store, journal) { return pause }
      if consumed == input.count { return .starved }
      if turn.requests <= 0 { return .yielded }
      if !hasRoom(Self.answerRoom, &turn) { return turn.isBroken ? .closing : .blocked }
      if consumed >= lookahead.end { lookahead.fill(input, from: consumed, atMost: turn.requests, store) }
      switch BinaryParser.parse(input, from: consumed) {
      case .incomplete: return .starved
      case .close: refuse(&turn)
      case .request(let request):
        if isVerbose { note(request, input, turn) }
        if !execute(request, input, &consumed, &turn, store, journal) {
          return turn.isBroken ? .closing : .blocked
        }
        turn.requests -= 1
      }
    }
  }

  /// Goes on with what an earlier input began. Returns a pause if it is still not finished.
  @inline(__always)
  private mutating func resumeUnfinished(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause? {
    if current.isNothing { return nil }
    // Before swallowing: a value that cannot be kept any more leaves its rest to be swallowed.
    if current.storing != nil, !continueStoring(input, &consumed, &turn, store, journal) { return .starved }
    if current.swallow > 0 {
      let dropped = min(current.swallow, input.count - consumed)
      current.swallow -= dropped
      consumed += dropped
      if current.swallow > 0 { return .starved }
    }
    if let refusal = current.refusal.take() {
      answer(refusal.status, refusal.request, &turn)
      refuse(&turn)
      return .closing
    }
    if current.statistics != nil, !continueStatistics(&turn) { return turn.isBroken ? .closing : .blocked }
    return nil
  }

  /// Nobody who speaks this protocol as it is.
  @inline(never)
  private func refuse(_ turn: inout Turn) {
    closeReasons.note(.error, turn.transport.socket)
    turn.isClosing = true
  }

  /// A request that is executed next.
  @inline(never)
  private mutating func note(_ request: BinaryRequest, _ input: Span<UInt8>, _ turn: borrowing Turn) {
    let socket = turn.transport.socket
    executor.client = socket.rawValue
    let log = ClientLog(socket, executor.context.log)
    if executor.observed.contains(.logged) { log.frame(request.header.opcode, key: input.bytes(in: request.key)) }
    if executor.observed.watches(.rawCommands) {
      let text = Array(ClientLog.text(request.header.opcode, key: input.bytes(in: request.key)).utf8)
      context.watch.requested(text.span, client: socket.rawValue)
    }
  }

  // MARK: Sending

  /// Makes room for an answer of `count` bytes, by sending if need be; false when the client does not read.
  @inline(__always) mutating func hasRoom(_ count: Int, _ turn: inout Turn) -> Bool {
    turn.reply.bytes.space >= count || makeRoom(count, &turn)
  }

  @inline(never)
  mutating func makeRoom(_ count: Int, _ turn: inout Turn) -> Bool {
    acks.makeRoom(count, &current.held, &turn, &pins)
  }

  mutating func send(_ turn: inout Turn) -> Bool { acks.send(&current.held, &turn, &pins) }

  /// See `ProtocolSession`.
  mutating func flush(_ turn: inout Turn) -> Bool {
    let isDone = send(&turn)
    turn.isUnfinished = !current.isNothing
    return isDone
  }

  func answer(_ status: BinaryStatus, _ request: BinaryHeader, _ turn: inout Turn) {
    BinaryResponse.write(status, request, to: &turn.reply.bytes)
  }

  /// Of a datagram, see `ProtocolSession`. That a reply is held is no want of input.
  var isAwaitingInput: Bool { current.storing != nil || current.swallow > 0 }

  /// See `ProtocolSession`.
  func refuseReply(to request: Span<UInt8>, _ turn: inout Turn) {
    guard let header = BinaryParser.header(of: request) else { return }
    answer(.replyTooLarge, header, &turn)
  }

  // MARK: Between two turns

  mutating func suspend(_ turn: inout Turn) -> UInt32 {
    turn.reply.keepSegments(in: &pins)
    var frame = UnfinishedFrame()
    swap(&frame, &current)
    return unfinished.insert(frame)
  }

  mutating func resume(_ state: UInt32, _ turn: inout Turn) {
    current = unfinished.remove(state)
    executor.client = turn.transport.socket.rawValue
    turn.isUnfinished = !current.isNothing
    turn.missingBytes = current.missingValue
  }

  /// The connection is gone: gives back what it held of the store.
  mutating func abandon(_ turn: inout Turn) {
    turn.reply.clear(releasing: &pins)
    if let storing = current.storing.take() { executor.context.store.abandon(storing.pending) }
    current = UnfinishedFrame()
  }

  /// What a suspended connection is in the middle of.
  func activity(of state: UInt32) -> ConnectionActivity? {
    if unfinished[state].swallow > 0 { return .discardingInput }
    return unfinished[state].missingValue > 0 ? .receivingValue : nil
  }
}
