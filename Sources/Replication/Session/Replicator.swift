import ItemStore
import Platform

// What is said over a link that is made: copy, stream, marks, acknowledgements, refusals. Frames of the peer's in, bytes
// for the peer out; no socket and no time of its own, so tests carry the bytes by hand and cut where they like.
//
//    receive(frame) ──▶ store.apply…  ledger                 fill(output) ──▶ output buffer ──▶ (driver) socket
//                                                              ▲
//      control: asks, refusals, acknowledgement ───────────────┤  first
//      value:   fragments of the one large value under way ────┤
//      rings:   stream, whole frames in runs ──────────────────┤  then both in turn
//      copy:    the index in small steps ──────────────────────┤
//      mark:    when the gate is passed and no copy is under way ┘  last
//
// Order is all that a mark rests on: a ring's entry is consumed when it stands in the output, a reference when the last
// fragment of its value does; so when a gate is passed everything at or below its mark stands before it.
//
// Memory: the output is filled up to `highWater`, so a peer that does not read costs that, the rings' bound, and the list
// of refusals (`mostRefusals`). When a ring is full the stream is given up: the rings are emptied and turned off, and
// when the output has drained, which means that the peer reads again, a copy begins from what it acknowledged. If that
// happens during a copy, the copy goes on to its end, and after a rest another begins from its mark.
//
// Owner: the link thread. Locks: those of the store, for microseconds each: the walk copies values of a few KB at most
// under a stripe's lock and reads larger ones by themselves. It must not know sockets, or who the peer is.
final class Replicator {
  let store: ItemStore
  let rings: [MutationRing]
  var ledger: PairLedger
  var counters = ReplicationCounters()
  /// What the link machine has to hear; taken by the driver.
  var events: [LinkEvent] = []

  /// A link is there.
  var isJoined = false
  /// The stream was given up; the copy begins when the output is empty.
  var awaitsDrain = false
  /// When the copy may begin; microseconds.
  var copyNotBefore: UInt64 = 0
  private static let shortestRest: UInt64 = 10_000
  private static let longestRest: UInt64 = 1_000_000
  var walk: CopyWalk?
  var outgoing: OutgoingValue?
  var incoming: IncomingValue?
  var gate: MarkGate
  /// The mark that waits for the gate, where no copy is under way.
  var nextMark = Mark.none
  /// The highest floor that the peer was told on this link, or told itself.
  var toldFloor = Stamp.zero
  /// Of all links: nobody can have more of me, nor of a copy that has not ended more than the last of them began with.
  var highestMark = Stamp.zero
  var highestCopyMark = Stamp.zero
  var nextRing = 0
  /// Microseconds of any clock that only rises, told by the driver before each call.
  var now: UInt64 = 0
  var moment = Moment(seconds: ProcessClock.origin, unixMicroseconds: 0)
  /// Microseconds ahead of this side's clock that stamps may lie, besides the tolerance: of this link.
  var ahead: UInt64 = 0
  /// The oldest mark the peer has not acknowledged, and when it was published.
  var unconfirmedMark: (mark: Stamp, at: UInt64)?
  var lastLag: UInt64 = 0

  // To be sent as soon as there is room.
  var askToSend: UInt32?
  var isAbandonmentDue = false
  /// There are more tombstones to let go than one step did.
  var isSettlingDue = false
  var refusals = ByteBuffer(capacity: 0)
  var isAcknowledgementDue = false

  // What answers of clients wait for, on either side (`-o repl_ack`).
  /// Workers here wait for what becomes of their changes.
  var tellsPlaces = false
  var positions = StreamPositions()
  /// The peer's do, and the last place in its stream that came.
  var peerTellsPlaces = false
  var processedPlace: UInt64 = 0
  var isReachedDue = false

  /// The output is filled no further than this.
  let highWater: Int
  /// Buckets visited in one step of the copy; each one's lock is held for itself.
  let bucketsPerStep: Int

  static let usualHighWater = 256 << 10
  /// Bytes of refusals that may wait: a peer that sends so many and reads none is not worth keeping.
  static let mostRefusals = 16 << 20

  /// How far ahead of this side's clock a stamp may be, in microseconds; as at the join.
  static let clockTolerance: UInt64 = 60_000_000

  /// - Parameters:
  ///   - highWater, bucketsPerStep: tests make them small, so that everything comes between everything.
  init(
    store: ItemStore, rings: [MutationRing], identity: PeerIdentity, highWater: Int = Replicator.usualHighWater,
    bucketsPerStep: Int = 32
  ) {
    self.highWater = highWater
    self.bucketsPerStep = bucketsPerStep
    self.store = store
    self.rings = rings
    ledger = PairLedger(identity, rules: store.rules)
    gate = MarkGate(ringCount: rings.count)
  }

  // MARK: Joining and parting

  /// A hello with this side's share in it.
  func completed(_ hello: Hello) -> Hello {
    var hello = hello
    hello.have = ledger.had
    hello.epoch = ledger.name.epoch
    hello.lastPeer = ledger.lastPeer
    hello.highestStamp = highestStamp
    hello.wantsCopyFromZero = needsCopyFromZero
    return hello
  }

  /// Of all that there is here, also while stamps are given anew.
  var highestStamp: Stamp { max(store.stampClock.fence(), store.restampedUpTo) }

  /// Whether what this side is called on the link is what its hello said: not if it has met another since.
  func isTrue(_ hello: Hello, to peer: PeerIdentity) -> Bool {
    hello.name(linkedWith: peer.node) == ledger.name(linkedWith: peer.node)
  }

  /// What was deleted here without a trace must be offered again, to be refused.
  private var needsCopyFromZero: Bool { store.horizon != .zero && store.rules.contains(.copyFromZero) }

  /// - Parameters:
  ///   - askedInHello: the hello said that a horizon stands.
  ///   - ahead: microseconds; see `ClockAgreement`.
  func join(_ peer: Hello, nodeBit: UInt64, askedInHello: Bool, ahead: UInt64 = 0) {
    self.ahead = ahead
    var peer = peer
    if peer.have.stamp > highestMark { peer.have = .nothing }
    if peer.have.walked.mark > highestCopyMark { peer.have.walked = .none }
    meet(peer, nodeBit: nodeBit)
    store.beginLink()
    isJoined = true
    // It raised the horizon, and so the peer is asked for everything anyway.
    _ = store.takeCopyLoss()
    beginCopy(above: peer.wantsCopyFromZero ? .zero : ledger.acked, resumed: ledger.resumable(for: peer))
    // One that has risen since the hello was said: the peer's copy has begun without knowing.
    if !askedInHello, needsCopyFromZero { askToSend = ledger.ask() }
  }

  /// What lies ahead of the peer's clock is to have new stamps, while there is no link. What was told of it, the end of a mark or
  /// of places that were walked, says nothing of those.
  func beginRestamping(above peer: Stamp, at moment: Moment) -> ItemStore.Restamping {
    let work = store.beginRestamping(above: peer, at: moment)
    highestMark = min(highestMark, work.base)
    highestCopyMark = min(highestCopyMark, work.base)
    return work
  }

  /// The ledger and the store learn who it is. What had settled with another than this one, or with a repcached 2.x, counts again.
  private func meet(_ peer: Hello, nodeBit: UInt64) {
    let last = ledger.had.name
    let isOther = ledger.join(peer) || last == .nobody || !store.knowsPeer
    // It has given its states new stamps since.
    if ledger.had.stamp > peer.highestStamp { ledger.forgetHad() }
    if ledger.had.name != last || !store.knowsPeer { store.meetAnother(nodeBit: nodeBit) }
    store.stampClock.setNode(nodeBit)
    store.stampClock.hear(peer.highestStamp)
    store.notePairing()
    store.setSettled(ledger.evictable)
    store.setPeerHas(ledger.acked)
    store.meet(PartnerName(ledger.had.name), raises: isOther && store.rules.contains(.otherNode))
  }

  func part() {
    isJoined = false
    ahead = 0
    for ring in rings { ring.turnOff() }
    ledger.unlink()
    endWalk()
    dropIncoming()
    store.endLink()
    if let outgoing { store.unpin(outgoing.pinned) }
    outgoing = nil
    gate.close()
    toldFloor = .zero
    awaitsDrain = false
    askToSend = nil
    refusals = ByteBuffer(capacity: 0)
    isAcknowledgementDue = false
    isAbandonmentDue = false
    unconfirmedMark = nil
    positions = StreamPositions()
    (peerTellsPlaces, processedPlace, isReachedDue) = (false, 0, false)
  }

  // MARK: Copy

  /// Stream first, then walk: what is changed while the copy goes on is in the rings.
  func beginCopy(above: Stamp, resumed: WalkedPlaces = .none) {
    // A ring that is turned on forgets the entry whose value is under way.
    if outgoing?.origin == .copy || rings.contains(where: { !$0.isOn }) { abandonOutgoing() }
    for ring in rings where !ring.isOn { ring.turnOn() }
    let fence = store.stampClock.fence()
    ledger.beginCopy(above: above, fence: fence, resumed: resumed)
    highestCopyMark = max(highestCopyMark, fence)
    store.keepTombstones(upTo: fence)
    gate.open(fence, rings)
    walk = CopyWalk(begunAt: now, resumed: resumed)
  }

  /// A ring is full: everything queued is forgotten, and copied when the peer reads again. A copy under way goes on first:
  /// what it sends is as true as before, and all states up to its mark stand in the index, so its end says no less. Only
  /// what was forgotten meanwhile is left to the next. So each copy ends, however fast the rings fill.
  func giveUpStream() {
    for ring in rings { ring.giveUp() }
    counters.streamOverflows += 1
    if case .ring = outgoing?.origin { abandonOutgoing() }
    if walk != nil, !awaitsDrain {
      if walk?.hasLostStream == false { events.append(.streamGivenUp) }
      walk?.hasLostStream = true
      return
    }
    abandonOutgoing()
    endWalk()
    gate.close()
    events.append(.streamGivenUp)
    copyNotBefore = now
    copyLater(above: ledger.acked)
  }

  /// A copy has ended whose stream was given up: another will follow. It rests as long as that one took, for copies that
  /// follow each other without end would only keep both sides busy.
  func copyAgain(after walk: CopyWalk, above: Stamp) {
    copyNotBefore = now &+ min(max(now &- walk.begunAt, Self.shortestRest), Self.longestRest)
    copyLater(above: above)
  }

  /// Until the copy begins nothing may be taken for settled.
  private func copyLater(above: Stamp) {
    awaitsDrain = true
    ledger.beginCopy(above: above, fence: .zero)
  }

  /// The peer reads again, or has asked for all: what was forgotten is copied. Deletes that were forgotten, and whose
  /// tombstones had no room, are not here to be copied: for them the peer is asked.
  func takeStreamUp(above: Stamp) {
    awaitsDrain = false
    beginCopy(above: above)
    if needsCopyFromZero { askToSend = ledger.ask() }
  }

  func endWalk() {
    walk = nil
    store.keepTombstones(upTo: .zero)
  }

  /// How far the peer is behind, in microseconds: from a mark to its acknowledgement.
  var lag: UInt64 {
    guard let unconfirmedMark else { return lastLag }
    return max(lastLag, now &- unconfirmedMark.at)
  }

  /// Nothing that the peer must have is left on this side, or on its way.
  var isDrained: Bool {
    !isJoined
      || ledger.copy == nil && !awaitsDrain && rings.allSatisfy { $0.bytes.isEmpty }
        && ledger.acked >= ledger.told.fence && ledger.told.fence >= store.stampClock.fence()
        && toldFloor >= store.floor
  }

  // MARK: What the marks allow

  /// While a large value arrives nothing is forgotten that may be newer. It may be one that a copy of the peer's sends again,
  /// older than marks that came before it; and where it was replaced there by one of mine since its opening was sent, the
  /// acknowledgement of mine comes between its fragments.
  func settle() {
    isSettlingDue = false
    if incoming != nil, store.rules.contains(.wholeBeforeSettling) { return }
    store.setSettled(ledger.evictable)
    store.setPeerHas(ledger.acked)
    isSettlingDue = store.settleTombstones(upTo: ledger.settled)
    askForLoss()
    if ledger.maySettleHorizon {
      store.settleHorizon(upTo: ledger.settled, refusalsConfirmed: ledger.refusalsConfirmed)
    }
  }

  /// A copy of mine has ended that could not tell all: something was evicted before its turn, with no room for a tombstone.
  /// The peer may hold an older state of it, and has to offer that, to be refused, before the horizon may fall.
  private func askForLoss() {
    guard ledger.copy == nil, store.takeCopyLoss(), store.rules.contains(.lossAsked) else { return }
    askToSend = ledger.ask()
  }
}
