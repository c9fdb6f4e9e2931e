import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Replication

/// Replies of a worker that wait until it is known what the peer has made of the writes they speak of (`-o repl_ack`).
///
/// ```
///   write ─▶ noteWrite ─▶ open? no: the connection waits ─▶ the peer has processed it, or is gone, or the time is over
///                             └ yes ──────────────────────────▶ settle: what was refused is answered as an error ─▶ sent
/// ```
///
/// A value that the peer refuses is gone here, too, so its writer is told. One that it has no room for is here: that is
/// STORED, and counted. One that the peer's clients had overtaken, before they could know of it, counts on neither side:
/// if it was to be written only where the key was absent, or unchanged, its answer is that it was not.
///
/// **Invariants.** All of the waiting is here: which connections wait and for what, in `waiters`; the answers that may have
/// to become others, in `writes`. A connection knows only its own part, a `HeldReply`. The worker's thread alone calls.
struct AckGate: ~Copyable {
  /// What a connection's reply speaks of.
  struct HeldReply {
    /// The reply waits until the peer has processed the worker's changes so far.
    var until: UInt64?
    /// Numbers of the writes that it speaks of.
    var writes: Range<UInt64> = 0..<0
  }

  /// What the answer to a refused write looks like.
  enum AnswerForm {
    /// An error line, in the place of the answer that there was; where there was none there will be none.
    case line
    /// The same; but of one that was overtaken the status alone is another, and its flags stay.
    case metaLine
    /// A frame that names the request, also where a quiet one had no answer.
    case frame(BinaryHeader, behindSegments: Int)
  }

  /// What a write asked of the item that was there.
  enum Condition {
    case none
    /// add.
    case isAbsent
    /// cas.
    case isUnchanged

    init(_ mode: StoreMode) {
      switch mode {
      case .add: self = .isAbsent
      case .compareAndSwap: self = .isUnchanged
      default: self = .none
      }
    }
  }

  /// Off, none of the others is called.
  let isOn: Bool
  private let acknowledgements: Acknowledgements
  private let journal: WorkerJournal?
  /// The worker's position (`WorkerJournal`) when the turn began, and when a write was noted last.
  private var positionAtTurn: UInt64 = 0
  private var notedPosition: UInt64 = 0
  /// Of all connections of the worker whose replies wait.
  private var writes = UnacknowledgedWrites()
  private var waiters = AckWaiters()

  init(_ acknowledgements: Acknowledgements, _ journal: WorkerJournal?) {
    self.acknowledgements = acknowledgements
    self.journal = journal
    isOn = journal != nil && acknowledgements.isOn
  }

  // MARK: In a turn

  @inline(never)
  mutating func beginTurn() {
    guard let journal else { return }
    positionAtTurn = journal.position
    notedPosition = positionAtTurn
  }

  /// A value was written, and its answer stands there in the reply.
  @inline(never)
  mutating func noteWrite(
    answered answer: Range<Int>, _ held: inout HeldReply, as form: AnswerForm = .line, if condition: Condition = .none
  ) {
    guard let journal, journal.position != notedPosition else { return }
    notedPosition = journal.position
    if held.writes.isEmpty { held.writes = writes.end..<writes.end }
    writes.append(
      UnacknowledgedWrites.Write(stamp: journal.newestStamp, answer: answer, form: form, condition: condition))
    held.writes = held.writes.lowerBound..<writes.end
  }

  /// What the connection has changed since its turn began, its reply waits for.
  @inline(never)
  mutating func noteChanges(_ held: inout HeldReply) {
    guard let journal else { return }
    let position = journal.position
    if position == positionAtTurn { return }
    positionAtTurn = position
    notedPosition = position
    held.until = position
  }

  /// Whether the reply may go: then it says what is known.
  @inline(never)
  mutating func isOpen(_ held: inout HeldReply, _ reply: inout ReplyBuffer) -> Bool {
    noteChanges(&held)
    if held.until != nil, !isFree(&held) { return false }
    settle(&held, &reply)
    return true
  }

  /// Whether it is known what has become of what the reply speaks of, or nobody is there to tell.
  private mutating func isFree(_ held: inout HeldReply) -> Bool {
    guard let position = held.until, let state = journal?.outcomes.state(of: position) else { return true }
    if !state.isFree { return false }
    if state == .released { acknowledgements.countTimeout() }
    held.until = nil
    return true
  }

  private mutating func settle(_ held: inout HeldReply, _ reply: inout ReplyBuffer) {
    guard !held.writes.isEmpty, let journal else { return }
    journal.outcomes.takeRejections { writes.noteRejection($0, $1) }
    writes.takeRejected(held.writes) { write, rejection in
      switch rejection {
      case .outOfMemory: acknowledgements.countRefused()
      case .refused: Self.refuse(write, in: &reply)
      case .overtaken: Self.tellOvertaken(write, in: &reply)
      }
    }
    held.writes = 0..<0
  }

  private static func refuse(_ write: UnacknowledgedWrites.Write, in reply: inout ReplyBuffer) {
    switch write.form {
    case .line, .metaLine: reply.replace(write.answer, with: TextError.refusedByPeer.line)
    case .frame(let request, let segmentCount):
      replace(write, in: &reply, by: .refusedByPeer, request, behindSegments: segmentCount)
    }
  }

  private static func tellOvertaken(_ write: UnacknowledgedWrites.Write, in reply: inout ReplyBuffer) {
    if write.condition == .none { return }
    let isAdd = write.condition == .isAbsent
    switch write.form {
    case .line: reply.replace(write.answer, with: (isAdd ? TextAnswer.notStored : .exists).line)
    case .metaLine:
      reply.replace(write.answer.prefix(2), with: (isAdd ? MetaStatus.notStored : .exists).word)
    case .frame(let request, let segmentCount):
      replace(write, in: &reply, by: .exists, request, behindSegments: segmentCount)
    }
  }

  private static func replace(
    _ write: UnacknowledgedWrites.Write, in reply: inout ReplyBuffer, by status: BinaryStatus, _ request: BinaryHeader,
    behindSegments segmentCount: Int
  ) {
    var frame = ByteBuffer(capacity: BinaryResponse.maxCount)
    BinaryResponse.write(status, request, to: &frame)
    reply.replace(write.answer, with: frame.bytes, behindSegments: segmentCount)
  }

  // MARK: Waiting

  var isEmpty: Bool { waiters.isEmpty }
  var nextDeadline: UInt64? { waiters.nextDeadline }

  /// - Parameter now: monotonic nanoseconds.
  /// - Returns: whether it is known already, so that nobody will ring.
  mutating func wait(_ held: HeldReply, _ state: UInt32, at place: SuspendedPlace, now: UInt64) -> Bool {
    guard let limit = acknowledgements.limit, let position = held.until else { return true }
    waiters.append(
      AckWaiters.Waiter(
        place: place, state: state, position: position,
        firstWrite: held.writes.isEmpty ? writes.end : held.writes.lowerBound,
        deadline: now &+ UInt64(limit / .nanoseconds(1))))
    return outcome(position).isFree
  }

  /// The first that waits no longer.
  mutating func takeFree(now: UInt64) -> AckWaiters.Waiter? {
    let journal = self.journal
    guard let free = waiters.takeFree(now: now, state: { journal?.outcomes.state(of: $0) ?? .released }) else {
      return nil
    }
    if free.isLate { acknowledgements.countTimeout() }
    return free.waiter
  }

  /// Only connections wait whose writes begin with that of the first of them.
  mutating func dropSettledWrites() {
    let number = waiters.firstWrite
    guard let stamp = writes.drop(before: number ?? writes.end), let journal else { return }
    journal.outcomes.noteAnswered(upTo: number == nil ? journal.newestStamp : stamp)
  }

  private func outcome(_ position: UInt64) -> WriteOutcomes.State {
    journal?.outcomes.state(of: position) ?? .released
  }
}
