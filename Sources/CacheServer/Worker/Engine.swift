import ItemStore
import MemcacheProtocol
import Platform
import Synchronization
import SystemPackage
import Transport

/// Executes the requests of one connection at a time against the store and gathers the answers.
///
/// ```
///   input ──parse──▶ request ──execute──▶ store
///                                │
///                                ▼
///                     output  ▓▓▓┊▓▓▓▓▓░░░░  one send when the input is used up, or when it is full
///                                └ insert: a value too large to copy goes out from its item, in the same call
/// ```
///
/// A worker has one engine and lends it to the connection that is awake: `transport` and `current` are that connection's.
/// Nothing here keeps bytes of the input: what is unfinished is said by `current`, what is unused by the returned count.
///
/// **Bounds.** Output never exceeds its buffer, but for the text of administrative commands. When the client does not
/// read, `flush` says so, and processing stops with `blocked` until the socket is writable. Values that wait for such a
/// client are pinned: `Insert` bounds how many.
///
/// **Must not know** how sockets become ready, and how the peer is kept equal: it only hands the journal on.
struct Engine: ~Copyable {
  let context: ServerContext
  let store: ItemStore
  private let lentStore: LentReference<ItemStore>
  let counters: WorkerCounters
  let journal: WorkerJournal?
  /// Off, `gets` shows 0.
  let showsCAS: Bool
  /// Answers to mutations wait for the peer, `-o repl_ack`.
  let holdsAnswers: Bool

  var transport = Transport.plain(FileDescriptor(rawValue: -1))
  var moment = Moment(seconds: 0, unixMicroseconds: 0)
  var output: ByteBuffer
  /// Keys of the requests that are executed together, or of a part of one retrieval.
  var group = KeyGroup()
  var current = Transfer()
  /// Of all connections of the worker.
  var senders = ValueSenders()
  /// The socket is of no more use; its connection closes.
  var isBroken = false
  /// A command asked to close once the answers are sent.
  var isClosing = false
  /// Commands are logged, `-vv`.
  var isVerbose = false
  /// The worker's position (`WorkerJournal`) when the turn began, and when a write was noted last.
  var positionAtTurn: UInt64 = 0
  var notedPosition: UInt64 = 0
  /// Of all connections of the worker whose answers wait.
  var writes = HeldWrites()
  /// Bytes that the connection may send and receive before the others have their turn.
  var allowance = Self.turnBytes
  /// Keys are counted by prefix.
  var countsPrefixes = false
  /// Output has been sent since the command in hand began, so its answer cannot be taken back.
  var hasFlushed = false

  /// Values up to this size are copied into the output, larger ones are sent from their items: see `flush`.
  static let copyLimit = 8 << 10
  static let outputCapacity = 64 << 10
  /// A client that sends or reads as fast as it is served would else keep the worker for a gigabyte. A value of the largest
  /// size that there is by default is one turn.
  static let turnBytes = (1 << 20) + (64 << 10)
  /// Room that every request finds: any answer but a value.
  static let answerRoom = 512

  init(context: ServerContext, journal: WorkerJournal?, counters: WorkerCounters) {
    self.context = context
    store = context.store
    lentStore = LentReference(store)
    self.counters = counters
    self.journal = journal
    showsCAS = context.settings.isCASEnabled
    holdsAnswers = journal != nil && context.acknowledgements.isOn
    output = ByteBuffer(capacity: Self.outputCapacity)
  }

  /// Looks at what may change between requests.
  mutating func update(at moment: Moment) {
    self.moment = moment
    isVerbose = context.verbosity > 1
    countsPrefixes = context.prefixStatistics.isOn
  }

  /// Why processing stopped.
  enum Pause {
    /// The input holds no further whole request.
    case starved
    /// The client must read before more can be answered.
    case blocked
    /// The connection has had its turn.
    case yielded
    case closing
  }

  /// Executes what the input holds.
  ///
  /// - Parameters:
  ///   - input: what was received and not consumed.
  ///   - isFull: no more fits behind it.
  ///   - turn: requests left of the connection's turn.
  ///   - consumed: how many bytes of the input are done with.
  mutating func process(
    _ input: Span<UInt8>, isFull: Bool, turn: inout Int, consumed: inout Int
  ) -> Pause {
    // Taken out of the struct once for all requests, or each set would count a reference to it. Even none is counted.
    if journal == nil { return lentStore.with { process(input, isFull, &turn, &consumed, $0, nil) } }
    let journal = self.journal
    return lentStore.with { process(input, isFull, &turn, &consumed, $0, journal) }
  }

  private mutating func process(
    _ input: Span<UInt8>, _ isFull: Bool, _ turn: inout Int, _ consumed: inout Int, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Pause {
    while true {
      if isBroken || isClosing { return .closing }
      if current.awaited != .nothing { return .blocked }
      if let pause = resume(input, &consumed) { return pause }
      if consumed == input.count { return .starved }
      if turn <= 0 { return .yielded }
      if !hasRoom(Self.answerRoom) { return isBroken ? .closing : .blocked }
      if !isVerbose {
        group.fill(input, from: consumed, atMost: turn, store)
        if group.count > 0 {
          if let pause = executeGroup(input, &turn, &consumed, store, journal) { return pause }
          continue
        }
      }
      switch TextParser.parse(input, from: consumed, bufferIsFull: isFull && consumed == 0) {
      case .incomplete: return .starved
      case .close: isClosing = true
      case .longRetrieval(let retrieval, let count):
        if isVerbose { clientLog.command(input.extracting(consumed...)) }
        consumed += count
        hasFlushed = false
        current.retrieval = retrieval
      case .request(let request, let count):
        turn -= 1
        if isVerbose { clientLog.command(input.extracting(consumed..<consumed + count)) }
        if let pause = execute(request, input, line: consumed, count: count, &consumed, store, journal) {
          return pause
        }
      }
    }
  }

  private var clientLog: ClientLog { ClientLog(context: context, socket: transport.socket) }

  /// Goes on with what an earlier input began. Returns a pause if it is still not finished.
  private mutating func resume(_ input: Span<UInt8>, _ consumed: inout Int) -> Pause? {
    // Before swallowing: a value that cannot be kept any more leaves its rest to be swallowed.
    if current.storing != nil, !continueStoring(input, &consumed) { return .starved }
    if current.swallow > 0 {
      let dropped = min(current.swallow, input.count - consumed)
      current.swallow -= dropped
      consumed += dropped
      if current.swallow > 0 { return .starved }
    }
    if current.retrieval != nil { return continueRetrieval(input, &consumed) }
    return nil
  }

  /// The connection is gone: gives back what it held of the store.
  mutating func abandonCurrent() {
    dropInserts(downTo: 0)
    if let storing = current.storing.take() { store.abandon(storing.pending) }
    current = Transfer()
    output.clear()
  }
}
