import ItemStore
import Platform

// What is said over a link to a repcached 2.x, for a rolling upgrade: its lines in, lines for it out. It stands beside
// `Replicator` and does for the old format what that one does for the new; the rings hold the new format's frames,
// which are decoded here and said again in old words. No socket and no time of its own.
//
//    receive(bytes) ──▶ LegacyLineDecoder ──▶ stamped on arrival ──▶ store.apply…
//
//    fill(output):  the rest of a large value ▶ flush_all ▶ rings ▶ copy ▶ what may have crossed ▶ (driver) socket
//
// A state is said, not a record: what a ring holds is sent only while it is what the store holds. If the store holds
// something newer by then, that follows from another ring, or came from the peer, which has it; if it holds nothing,
// `delete` is said. So two workers' rings may be drained in any order, though the peer knows no stamps and believes the
// last line it reads.
//
// **Arrival.** What comes is stamped on arrival with the peer's node bit, so it is newer than all that is here, and it
// is known where it came from: a copy does not send back what the peer itself has sent over this link. Writes of one
// key on both sides at once: `LegacyWriteConflicts`.
//
// **Meeting again.** An old acceptor sends all that it has, and none of it has an age. What was changed here since the
// peer surely had it (`LegacyAcknowledgement.confirmedThrough`) stays as it is, a delete or a flush too, and nothing is
// said to the peer before its copy has ended, so it receives the newer state after the older. All else is taken as it
// comes. Then it gets a copy of everything, for it may have been started again and does not say so. What its clients
// deleted during a cut comes back.
//
// **Acknowledgement.** There is none: sent counts. A horizon is neither asked about nor cleared: what comes is newer
// than it.
//
// **Who is silent may be anyone**: a monitor that probes the port, a scanner. An old connector says nothing either
// until a client writes there, so it is given its copy and the stream. But that is all: only a word of the format shows
// that there is a peer, and until it comes the store remembers nothing of what is evicted or expires, and settles
// nothing, for its sake. What that costs an old one that has not said a word: where a stream was given up, and what it
// had lost is evicted here before the copy comes by, the old one keeps its older value. And tombstones of deletes wait
// in the log's room for a peer that speaks. What was sent to it counts for nothing later either.
//
// **A peer of today's kind** that has been met since the boot says itself what it has. While one of 2.x takes its
// place, nothing settles: it must still be told every delete when it comes back.
//
// **What it cannot take** is never sent, for it would read the value's bytes as commands: a key that would break the
// line is passed over, a value above its `-I` is said as `delete`, so that it serves no old value in its place.
//
// **A flush** is said when the floor has risen, and then whatever is newer than the floor is copied again: it has no
// stamps, so a `flush_all` kills there what another ring's line had stored just before, and what its own clients write
// until it reads it.
//
// Owner: the link thread. Locks: those of the store, as `Replicator`. It must not know sockets, or who the peer is.
final class LegacyReplicator: PeerSession {
  let store: ItemStore
  let rings: [MutationRing]
  /// Bytes of the largest item that the peer takes: its `-I`.
  let itemLimit: Int
  var counters = ReplicationCounters()
  var events: [LinkEvent] = []
  var now = Duration.zero
  var moment = Moment(seconds: ProcessClock.origin, unixMicroseconds: 0)
  var tracksOffsets = false
  var nextRing = 0
  var state: SessionState
  var link = Link()
  var incoming: IncomingValue?
  /// Of all links.
  var acks = LegacyAcknowledgement()

  /// What is known of one link, besides `state`. The next begins with another.
  struct Link {
    /// It has said a word of the format.
    var isMet = false
    /// No other kind of peer must be told of what this one has.
    var settles = true
    /// The peer accepted, and its copy has not ended: nothing is said until then.
    var awaitsCopy = false
    /// This side accepted: its copy ends with a word.
    var owesCopyEnd = false
    /// This side accepted and has received nothing: see `LegacyOpening`.
    var owesOpening = false
    /// What those before this link had that have spoken.
    var ackedBefore = Stamp.zero
    /// What was changed here above this stamp stays, whatever the peer's copy says.
    var known = Stamp.zero
    /// What is newer and has the other node's bit came over this link.
    var begunAt = Stamp.zero
    /// Live items when the copy began: what it may have to send at most.
    var itemsAtBegin: UInt64 = 0
    var writeConflicts = LegacyWriteConflicts()
    /// Said again, as soon as there is room: keys of `writeConflicts`.
    var repeats: [[UInt8]] = []
    var lastWatermark = Stamp.zero
    /// Bytes put into the output since the link was made.
    var produced: UInt64 = 0
    /// Rings of which more stands in what was produced last, and whether a copy has ended in it.
    var takenRings: Set<Int> = []
    var isCopyEnded = false
  }

  /// The output is filled no further than this.
  let outputLimit: Int
  let bucketsPerStep: Int

  init(
    store: ItemStore, rings: [MutationRing], itemLimit: Int = LegacyLimits.defaultItemLimit,
    outputLimit: Int = Replicator.defaultOutputLimit, bucketsPerStep: Int = 32
  ) {
    self.store = store
    self.rings = rings
    self.itemLimit = itemLimit
    self.outputLimit = outputLimit
    self.bucketsPerStep = bucketsPerStep
    state = SessionState(ringCount: rings.count)
  }

  var ackedThrough: Stamp { acks.ackedThrough }
  var lag: Duration { max(acks.lag, acks.pending.map { now - $0.at } ?? .zero) }
  var isHeldBack: Bool { link.awaitsCopy }

  var isDrained: Bool {
    !state.isLinked
      || !link.awaitsCopy && !state.awaitsDrain && state.walk == nil && state.outgoing == nil
        && rings.allSatisfy { $0.bytes.isEmpty }
  }

  // MARK: The link

  /// - Parameter hasSpoken: the peer has said a word by which it is known to be an old one.
  func beginSession(_ role: Role, hasSpoken: Bool, settles: Bool = true) {
    link = Link(settles: settles, ackedBefore: acks.ackedThrough, known: acks.confirmedThrough)
    if hasSpoken { meet() }
    link.begunAt = store.stampClock.fence()
    state.sentFloor = store.floor > link.known ? .zero : store.floor
    link.awaitsCopy = role == .slave
    link.owesCopyEnd = role == .master
    link.owesOpening = !hasSpoken
    state.isLinked = true
    if link.awaitsCopy { events.append(.copyInBegan(items: 0)) }
    beginCopy(isShown: true)
  }

  /// Whoever is there is a repcached 2.x: from now on this daemon has had a peer.
  func meet() {
    if link.isMet { return }
    link.isMet = true
    store.notePairing()
    store.meetUnknownPeer()
    if link.settles { store.setSettled(min(link.known, link.ackedBefore)) }
  }

  func endSession() {
    acks.endSession(now: now, counted: link.isMet ? nil : link.ackedBefore)
    endSending()
    incoming.take()?.abandon(in: store)
    link = Link()
  }

  // MARK: Copy

  /// - Parameter isShown: the log tells of it; not of one after a flush.
  func beginCopy(isShown: Bool) {
    var walk = CopyWalk(begunAt: now)
    walk.isShown = isShown || state.walk?.isShown == true
    walk.includesPeerStates = state.walk?.includesPeerStates == true
    link.itemsAtBegin = UInt64(store.statistics.itemCount)
    _ = openCopy(walk)
  }

  /// Nothing is known of what the peer has.
  func copyPostponed(isRepeat: Bool) {}

  /// A value that is half sent is sent to its end, for nothing else may stand before that.
  func dropRingValue() { state.outgoing?.origin = .copy }

  // MARK: Sent counts as acknowledged

  func settle() {
    guard link.isMet, link.settles else { return }
    store.setSettled(acks.ackedThrough)
    state.isSettlingDue = store.settleTombstones(upTo: acks.ackedThrough)
  }

  // MARK: Where a state came from

  /// It came over this link.
  func cameFromPeer(_ stamp: Stamp) -> Bool {
    stamp > link.begunAt && stamp.rawValue & 1 != store.stampClock.nodeBit
  }

  /// A stamp for what has just come.
  func arrivalStamp(_ moment: Moment) -> Stamp {
    let local = store.stampClock.next(unixMicroseconds: moment.unixMicroseconds)
    return Stamp(rawValue: local.rawValue ^ 1)
  }
}
