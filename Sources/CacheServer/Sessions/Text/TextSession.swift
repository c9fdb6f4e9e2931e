import ClientLogin
import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// The text protocol, classic and meta commands: parses the requests of one connection at a time, has them executed, formats the answers.
///
/// ```
///   input ──parse──▶ request ──▶ CommandExecutor ──▶ store
///                                     │ result
///                                     ▼
///   reply  ▓▓▓┊▓▓▓▓▓░░░░  one send when the input is used up, or when it is full
///             └ a value too large to copy goes out from its item, in the same call
/// ```
///
/// A worker has one and lends it to the connection that is awake, whose `current` is. Nothing here keeps bytes of the input:
/// what is unfinished is said by `current`, what is unused by `consumed`.
///
/// **Bounds.** The reply never exceeds its buffer, but for short texts of administrative commands. When the client does not
/// read, `flush` says so, and processing stops with `blocked` until the socket is writable. Values that wait for such a
/// client are pinned: `ReplyBuffer` bounds how many.
///
/// **Must not know** how sockets become ready, and how the peer is kept equal: it only hands the journal on.
struct TextSession: ~Copyable {
  private let lentStore: LentReference<ItemStore>
  /// Off, `gets` shows 0.
  let showsCAS: Bool
  var executor: CommandExecutor
  /// Keys of the requests that are executed together, or of a part of one retrieval.
  var group = KeyGroup()
  var current = UnfinishedRequest()
  /// Of all other connections of the worker.
  var unfinished = StableArray<UnfinishedRequest>()
  var pins: PinnedValues
  let acks: SharedAckGate
  /// Somebody wants to be told of each request, so they are executed one at a time.
  var isVerbose = false
  /// That, or somebody wants to know what comes of them.
  var isObserved = false
  /// The worker's.
  var closeReasons = CloseReasons()
  /// Where the answer of the retrieval in hand begins, until something is sent: so far it can be taken back.
  var replyMark: ReplyBuffer.Mark?

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
    isObserved = isVerbose || executor.isObserved
  }

  var context: ServerContext { executor.context }

  // MARK: Processing

  /// See `ProtocolSession`.
  @inline(__always)
  mutating func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause {
    if acks.isOn, turn.isNew { acks.beginTurn() }
    let pause = processAll(input, &consumed, &turn)
    if acks.isOn { acks.noteChanges(&current.held) }
    if !current.isNothing { noteUnfinished(&turn) }
    return pause
  }

  @inline(__always)
  private mutating func processAll(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause {
    // Taken out of the struct once for all requests, or each set would count a reference to it. Even none is counted.
    if executor.journal == nil { return lentStore.with { process(input, &consumed, &turn, $0, nil) } }
    let journal = executor.journal
    return lentStore.with { process(input, &consumed, &turn, $0, journal) }
  }

  @inline(__always)
  private mutating func process(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause {
    while true {
      if turn.isBroken || turn.isClosing { return .closing }
      if current.deferred != .nothing { return .deferred }
      if let pause = resumeUnfinished(input, &consumed, &turn, store, journal) { return pause }
      if consumed == input.count { return .starved }
      if turn.requests <= 0 { return .yielded }
      if !hasRoom(Self.answerRoom, &turn) { return turn.isBroken ? .closing : .blocked }
      group.fill(input, from: consumed, atMost: isVerbose ? 1 : turn.requests, store)
      if group.count > 0 {
        let pause =
          isObserved
          ? executeObservedGroup(input, &consumed, &turn, store, journal)
          : executeGroup(input, &consumed, isObserved: false, &turn, store, journal)
        if let pause { return pause }
        continue
      }
      switch TextParser.parse(input, from: consumed, bufferIsFull: turn.isInputFull && consumed == 0) {
      case .incomplete: return .starved
      case .close: refuse(&turn)
      case .longRetrieval(let retrieval, let count):
        if isVerbose { note(input.extracting(consumed...), turn) }
        consumed += count
        replyMark = nil
        current.retrieval = UnfinishedRequest.Retrieval(line: retrieval, isWhole: false)
      case .request(let request, let count):
        turn.requests -= 1
        if isVerbose { note(input.extracting(consumed..<consumed + count), turn) }
        let line = consumed..<consumed + count
        if let pause = execute(request, input, line: line, &consumed, &turn, store, journal) { return pause }
      }
    }
  }

  /// Nobody who speaks this protocol.
  @inline(never)
  private func refuse(_ turn: inout Turn) {
    closeReasons.note(.error, turn.transport.socket)
    turn.isClosing = true
  }

  /// A request that is executed next.
  @inline(never)
  private mutating func note(_ line: Span<UInt8>, _ turn: borrowing Turn) {
    let socket = turn.transport.socket
    executor.client = socket.rawValue
    if executor.observed.contains(.logged) { ClientLog(socket, executor.context.log).command(line) }
    if executor.observed.watches(.rawCommands) { context.watch.requested(line, client: socket.rawValue) }
  }

  /// The group while somebody looks on: of its requests, then there is one, or of what comes of them.
  @inline(never)
  private mutating func executeObservedGroup(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause? {
    if isVerbose { noteGroup(input.extracting(consumed...), turn, input, store) }
    return executeGroup(input, &consumed, isObserved: true, &turn, store, journal)
  }

  /// The one in the group. A meta get is told of before it is executed, for its way has no place for that.
  @inline(never)
  private mutating func noteGroup(
    _ line: Span<UInt8>, _ turn: borrowing Turn, _ input: Span<UInt8>, _ store: ItemStore
  ) {
    note(line, turn)
    let key = group.key(0)
    if key.role.contains(.meta) { executor.observeLookup(input.bytes(in: key.range), group.hash(0), store) }
  }

  @inline(never)
  private func noteUnfinished(_ turn: inout Turn) {
    turn.isUnfinished = true
    turn.missingBytes = current.missingValue
  }

  /// Goes on with what an earlier input began. Returns a pause if it is still not finished.
  @inline(__always)
  private mutating func resumeUnfinished(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause? {
    // Before swallowing: a value that cannot be kept any more leaves its rest to be swallowed.
    if current.storing != nil, !continueStoring(input, &consumed, &turn, store, journal) { return .starved }
    if current.swallow > 0 {
      let dropped = min(current.swallow, input.count - consumed)
      current.swallow -= dropped
      consumed += dropped
      if current.swallow > 0 { return .starved }
    }
    if current.isStreaming, let pause = continueStream(input.count, &consumed, &turn) { return pause }
    if current.retrieval != nil { return continueRetrieval(input, &consumed, &turn, store) }
    return nil
  }

  // MARK: Sending

  /// Makes room for an answer of `count` bytes, by sending if need be; false when the client does not read.
  @inline(__always) mutating func hasRoom(_ count: Int, _ turn: inout Turn) -> Bool {
    turn.reply.bytes.space >= count || makeRoom(count, &turn)
  }

  @inline(never)
  mutating func makeRoom(_ count: Int, _ turn: inout Turn) -> Bool {
    replyMark = nil
    return acks.makeRoom(count, &current.held, &turn, &pins)
  }

  /// Sends what is answered, if it need not wait. False if not all of it is sent.
  mutating func send(_ turn: inout Turn) -> Bool {
    replyMark = nil
    return acks.send(&current.held, &turn, &pins)
  }

  /// See `ProtocolSession`.
  mutating func flush(_ turn: inout Turn) -> Bool {
    let isDone = send(&turn)
    turn.isUnfinished = !current.isNothing
    return isDone
  }

  /// Of a datagram, see `ProtocolSession`. That a reply is held is no want of input.
  var isAwaitingInput: Bool { current.storing != nil || current.swallow > 0 || current.retrieval != nil }

  @inline(__always) func answer(_ answer: TextAnswer, unless noreply: Bool = false, _ turn: inout Turn) {
    if !noreply { TextResponse.write(answer, to: &turn.reply.bytes) }
  }

  func answer(_ error: TextError, unless noreply: Bool = false, _ turn: inout Turn) {
    if !noreply { TextResponse.write(error, to: &turn.reply.bytes) }
  }

  // MARK: Between two turns

  mutating func suspend(_ turn: inout Turn) -> UInt32 {
    turn.reply.keepSegments(in: &pins)
    var request = UnfinishedRequest()
    swap(&request, &current)
    return unfinished.insert(request)
  }

  mutating func resume(_ state: UInt32, _ turn: inout Turn) {
    replyMark = nil
    current = unfinished.remove(state)
    executor.client = turn.transport.socket.rawValue
    turn.isUnfinished = !current.isNothing
    turn.missingBytes = current.missingValue
  }

  /// The connection is gone: gives back what it held of the store.
  mutating func abandon(_ turn: inout Turn) {
    turn.reply.clear(releasing: &pins)
    if let storing = current.storing.take() { executor.context.store.abandon(storing.pending) }
    current = UnfinishedRequest()
  }

  /// What a suspended connection is in the middle of.
  func activity(of state: UInt32) -> ConnectionActivity? {
    if unfinished[state].swallow > 0 { return .discardingInput }
    if unfinished[state].subscription != nil { return .watching }
    return unfinished[state].missingValue > 0 ? .receivingValue : nil
  }
}
