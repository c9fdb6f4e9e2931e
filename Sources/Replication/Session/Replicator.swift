import ItemStore
import Platform

// What is said over a link that is made: copy, stream, watermarks, acknowledgements, refusals. Frames of the peer's in,
// bytes for the peer out; no socket and no time of its own, so tests carry the bytes by hand and cut where they like.
//
//    receive(frame) ──▶ store.apply…  ledger                 fill(output) ──▶ output buffer ──▶ (driver) socket
//                                                              ▲
//      control: asks, refusals, acknowledgement ───────────────┤  first
//      value:   fragments of the one large value under way ────┤
//      rings:   stream, whole frames in runs ──────────────────┤  then both in turn
//      copy:    the index in small steps ──────────────────────┤
//      watermark:    when the barrier is passed and no copy is under way ┘  last
//
// Order is all that a watermark rests on: a ring's entry is consumed when it stands in the output, a reference when the
// last fragment of its value does; so when a barrier is passed everything at or below its watermark stands before it.
//
// Memory: the output is filled up to `outputLimit`, so a peer that does not read costs that, the rings' bound, and the
// list of refusals (`maxRefusalBytes`). When a ring is full the stream is given up: the rings are emptied and turned
// off, and when the output has drained, which means that the peer reads again, a copy begins from what it acknowledged.
// If that happens during a copy, the copy goes on to its end, and after a rest another begins from its watermark.
//
// Owner: the link thread. Locks: those of the store, for microseconds each: the walk copies values of a few KB at most
// under a stripe's lock and reads larger ones by themselves. It must not know sockets, or who the peer is.
final class Replicator: PeerSession {
  let store: ItemStore
  let rings: [MutationRing]
  /// The output is filled no further than this.
  let outputLimit: Int
  let bucketsPerStep: Int
  var ledger: PairLedger
  var counters = ReplicationCounters()
  var events: [LinkEvent] = []
  var now = Duration.zero
  var moment = Moment(seconds: ProcessClock.origin, unixMicroseconds: 0)
  var tracksOffsets = false
  var nextRing = 0
  var state: SessionState
  var link = Link()
  var incoming: IncomingValue?

  /// Of all links: no peer can have received more, nor of a copy that has not ended more than the last of them began
  /// with.
  var highestWatermark = Stamp.zero
  var highestCopyWatermark = Stamp.zero
  var lastLag = Duration.zero

  /// What is known of one link, besides `state`. The next begins with another.
  struct Link: ~Copyable {
    /// Microseconds of the wall clock that stamps may lie ahead of it, besides the tolerance.
    var ahead: UInt64 = 0
    /// The peer knows marks of items.
    var tellsMarks = true
    /// The peer asks which of its writes came too late.
    var tellsOvertaken = true
    /// The watermark that waits for the barrier, where no copy is under way.
    var nextWatermark = Watermark.none
    /// The oldest watermark the peer has not acknowledged, and when it was published.
    var unackedWatermark: (watermark: Stamp, at: Duration)?

    // To be sent as soon as there is room.
    var askToSend: UInt32?
    var isAbortDue = false
    var refusals = ByteBuffer(capacity: 0)
    var isAcknowledgementDue = false

    /// The peer's workers wait for what becomes of their changes, and how far its stream is processed.
    var peerTracksOffsets = false
    var processedOffset: UInt64 = 0
    var isOffsetReplyDue = false
  }

  static let defaultOutputLimit = 256 << 10
  /// Bytes of refusals that may wait: a peer that sends so many and reads none is not worth keeping.
  static let maxRefusalBytes = 16 << 20

  /// How far ahead of this side's clock a stamp may be, in microseconds; as at the join.
  static let clockTolerance: UInt64 = 60_000_000

  /// - Parameters:
  ///   - outputLimit, bucketsPerStep: tests make them small, so that everything comes between everything.
  init(
    store: ItemStore, rings: [MutationRing], identity: PeerIdentity, outputLimit: Int = Replicator.defaultOutputLimit,
    bucketsPerStep: Int = 32
  ) {
    self.outputLimit = outputLimit
    self.bucketsPerStep = bucketsPerStep
    self.store = store
    self.rings = rings
    ledger = PairLedger(identity, rules: store.rules)
    state = SessionState(ringCount: rings.count)
  }

  // MARK: The link

  /// A hello with this side's share in it.
  func completed(_ hello: Hello) -> Hello {
    var hello = hello
    hello.received = ledger.received
    hello.epoch = ledger.name.epoch
    hello.lastPeer = ledger.lastPeer
    hello.highestStamp = highestStamp
    hello.wantsCopyFromZero = needsCopyFromZero
    return hello
  }

  /// Of all that there is here, also while stamps are given anew.
  var highestStamp: Stamp { max(store.stampClock.fence(), store.restampedUpTo) }

  /// Whether what this side is called on the link is what its hello said: not if it has met another since.
  func isCurrent(_ hello: Hello, to peer: PeerIdentity) -> Bool {
    hello.name(linkedWith: peer.node) == ledger.name(linkedWith: peer.node)
  }

  /// What was deleted here without a trace must be offered again, to be refused.
  private var needsCopyFromZero: Bool { store.purgedThrough != .zero && store.rules.contains(.copyFromZero) }

  /// - Parameters:
  ///   - askedInHello: the hello said that a horizon stands.
  ///   - ahead: microseconds; see `ClockAgreement`.
  func beginSession(_ peer: Hello, nodeBit: UInt64, askedInHello: Bool, ahead: UInt64 = 0) {
    link.ahead = ahead
    link.tellsMarks = peer.features.contains(.marks)
    link.tellsOvertaken = peer.features.contains(.overtaken)
    var peer = peer
    if peer.received.through > highestWatermark { peer.received = .nothing }
    if peer.received.copy.watermark > highestCopyWatermark { peer.received.copy = .none }
    meet(peer, nodeBit: nodeBit)
    store.beginLink()
    state.isLinked = true
    // It raised the horizon, and so the peer is asked for everything anyway.
    _ = store.takeCopyLoss()
    beginCopy(above: peer.wantsCopyFromZero ? .zero : ledger.ackedThrough, resumed: ledger.resumable(for: peer))
    // One that has risen since the hello was said: the peer's copy has begun without knowing.
    if !askedInHello, needsCopyFromZero { link.askToSend = ledger.ask() }
  }

  /// What lies ahead of the peer's clock is to have new stamps, while there is no link. What was told of it, the end of
  /// a watermark or of places that were walked, says nothing of those.
  func beginRestamping(above peer: Stamp, at moment: Moment) -> ItemStore.Restamping {
    let work = store.beginRestamping(above: peer, at: moment)
    highestWatermark = min(highestWatermark, work.base)
    highestCopyWatermark = min(highestCopyWatermark, work.base)
    return work
  }

  /// The ledger and the store learn who it is. What had settled with another than this one, or with a repcached 2.x,
  /// counts again.
  private func meet(_ peer: Hello, nodeBit: UInt64) {
    let last = ledger.received.name
    let isOther = ledger.join(peer) || last == .nobody || !store.knowsPeer
    // It has given its states new stamps since.
    if ledger.received.through > peer.highestStamp { ledger.forgetReceived() }
    if ledger.received.name != last || !store.knowsPeer { store.meetNewPeer(nodeBit: nodeBit) }
    store.stampClock.setNode(nodeBit)
    store.observeShown(through: peer.highestStamp)
    store.notePairing()
    store.setSettled(ledger.evictable)
    store.setPeerHas(ledger.ackedThrough)
    store.meet(ledger.received.name, raises: isOther && store.rules.contains(.otherNode))
  }

  func endSession() {
    endSending()
    incoming.take()?.abandon(in: store)
    link = Link()
    ledger.unlink()
    store.endLink()
  }

  // MARK: Copy

  func beginCopy(above: Stamp, resumed: CopyProgress = .none) {
    // A ring that is turned on forgets the entry whose value is under way.
    if state.outgoing?.origin == .copy || rings.contains(where: { !$0.isOn }) { abortOutgoing() }
    let fence = openCopy(CopyWalk(begunAt: now, resumed: resumed))
    ledger.beginCopy(above: above, fence: fence, resumed: resumed)
    highestCopyWatermark = max(highestCopyWatermark, fence)
  }

  /// Until the copy begins nothing may be taken for settled.
  func copyPostponed(isRepeat: Bool) {
    ledger.beginCopy(above: isRepeat ? ledger.sentWatermark.fence : ledger.ackedThrough, fence: .zero)
  }

  func dropRingValue() { abortOutgoing() }

  /// The peer reads again, or has asked for all: what was forgotten is copied. Deletes that were forgotten, and whose
  /// tombstones had no room, are not here to be copied: for them the peer is asked.
  func takeStreamUp(above: Stamp) {
    state.awaitsDrain = false
    beginCopy(above: above)
    if needsCopyFromZero { link.askToSend = ledger.ask() }
  }

  var ackedThrough: Stamp { ledger.ackedThrough }
  var isHeldBack: Bool { false }

  /// From a watermark to its acknowledgement.
  var lag: Duration {
    guard let unacked = link.unackedWatermark else { return lastLag }
    return max(lastLag, now - unacked.at)
  }

  /// Nothing that the peer must have is left on this side, or on its way.
  var isDrained: Bool {
    !state.isLinked
      || ledger.copy == nil && !state.awaitsDrain && rings.allSatisfy { $0.bytes.isEmpty }
        && ledger.ackedThrough >= ledger.sentWatermark.fence && ledger.sentWatermark.fence >= store.stampClock.fence()
        && state.sentFloor >= store.floor
  }

  // MARK: What the watermarks allow

  /// While a large value arrives nothing is forgotten that may be newer. It may be one that a copy of the peer's sends
  /// again, older than watermarks that came before it; and where it was replaced there by one of this side since its
  /// first fragment was sent, the acknowledgement of that comes between its fragments.
  func settle() {
    state.isSettlingDue = false
    if incoming != nil, store.rules.contains(.wholeBeforeSettling) { return }
    store.setSettled(ledger.evictable)
    store.setPeerHas(ledger.ackedThrough)
    state.isSettlingDue = store.settleTombstones(upTo: ledger.settled)
    askForLoss()
    if ledger.maySettleHorizon {
      store.settleHorizon(upTo: ledger.settled, refusalsConfirmed: ledger.refusalsConfirmed)
    }
  }

  /// A copy to the peer has ended that could not tell all: something was evicted before its turn, with no room for a
  /// tombstone. The peer may hold an older state of it, and has to offer that, to be refused, before the horizon may
  /// fall.
  private func askForLoss() {
    guard ledger.copy == nil, store.takeCopyLoss(), store.rules.contains(.lossAsked) else { return }
    link.askToSend = ledger.ask()
  }
}
