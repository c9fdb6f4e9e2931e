import ItemStore

// What each of the two has of the other: watermarks, acknowledgements, asks and refusals as a plain value. It is `Side`
// of docs/spec without the store; what it decides, the `Replicator` does.
//
//    name               what this side is called: node, boot, and an epoch that a link with another node ends
//    received           of which peer (its name): all through its last watermark, and how far a copy of it has come that
//                       has not ended                                            kept over links, for that name alone
//    ackedThrough       what the peer acknowledged of this side's
//    settled            what the peer had received when it took the fence of the last watermark that has come
//    asks, asked        copies from zero that this side asked for; that the peer asked for          0 at a join
//    awaitsCopy         the copy that is waited for (the join's, or one asked for) has not ended
//    refused            values of the peer's that were refused here; `refusalsConfirmed`: those that the fence of
//                       its last watermark had seen
//    refusalsSeen       of this side's, that the peer refused
//    copy               the copy to the peer under way
//    sentWatermark      the last watermark sent
//
// A watermark is sent when one of its three words has risen. That comes to an end by itself: who is quiet gives no
// stamps, so both fences stop at the greatest stamp that either has given, and what is received stops at the other's
// fence. After a write the other side's watermark says that it has it, and one more of this side says that so it is
// with that watermark.
//
// Invariants. received, ackedThrough and settled only rise while a link lives. Only a copy that began after the last
// ask answers it: copyEnd carries the number of the last ask that its sender had received when it began the copy.
// The horizon may fall when no copy of the peer's is awaited, every refusal that it was a reason for is confirmed, and
// settled has passed it.
struct PairLedger: Sendable, Equatable {
  struct Copy: Sendable, Equatable {
    /// Only what is newer travels.
    var above: Stamp
    /// What the end of the copy stands for; of the moment at which it began.
    let watermark: Watermark
    let answers: UInt32
    /// What a copy before this one has sent already.
    var resumed = CopyProgress.none
  }

  let rules: PairRules
  private(set) var name: PeerName
  private(set) var received = ReceivedProgress.nothing
  private(set) var ackedThrough = Stamp.zero
  private(set) var asks: UInt32 = 0
  private(set) var asked: UInt32 = 0
  private(set) var awaitsCopy = false
  private(set) var refused: UInt64 = 0
  private(set) var refusalsSeen: UInt64 = 0
  private(set) var refusalsConfirmed: UInt64 = 0
  private(set) var copy: Copy?
  private(set) var sentWatermark = Watermark.none
  private var receivedByPeer = Stamp.zero

  init(_ identity: PeerIdentity, rules: PairRules = .all) {
    name = PeerName(identity)
    self.rules = rules
  }

  // MARK: Links

  /// The node of the last peer, if there was one.
  var lastPeer: UInt64? { received.name == .nobody ? nil : received.name.identity.node }

  /// What this side is called on a link with this node: see `Hello`.
  func name(linkedWith node: UInt64) -> PeerName {
    rules.contains(.epoch) ? name.linked(with: node, after: lastPeer) : name
  }

  /// A link begins. Returns whether the peer is another than the last one.
  mutating func join(_ peer: Hello) -> Bool {
    unlink()
    let isOther = meet(peer.name(linkedWith: name.identity.node))
    receivedByPeer = peer.received.name == name ? peer.received.through : .zero
    ackedThrough = receivedByPeer
    awaitsCopy = true
    return isOther
  }

  private mutating func meet(_ peer: PeerName) -> Bool {
    let last = received.name
    if last == peer { return false }
    name = name(linkedWith: peer.identity.node)
    received = ReceivedProgress(peer)
    return last != .nobody && (last.identity != peer.identity || rules.contains(.otherEpoch))
  }

  mutating func unlink() {
    var next = PairLedger(name.identity, rules: rules)
    (next.name, next.received, next.ackedThrough, next.receivedByPeer) = (name, received, ackedThrough, receivedByPeer)
    self = next
  }

  mutating func forgetReceived() { received = ReceivedProgress(received.name) }

  // MARK: The copy to the peer

  /// What of the copy that begins at a join was sent before, as the receiver says: more may have been sent, and lost on
  /// the way. Nothing to a side whose horizon stands, for what it has forgotten has to be offered again.
  func resumable(for peer: Hello) -> CopyProgress {
    if peer.wantsCopyFromZero, rules.contains(.fromZeroIsNotResumed) { return .none }
    var progress = peer.received.name == name ? peer.received.copy : .none
    if progress != .none, !rules.contains(.walkedPlaces) { progress.watermark = .greatest }
    return progress
  }

  /// A copy begins, or begins again; `fence` is one of the stamp clock.
  mutating func beginCopy(above: Stamp, fence: Stamp, resumed: CopyProgress = .none) {
    copy = Copy(above: min(above, copy?.above ?? above), watermark: watermark(fence), answers: asked, resumed: resumed)
  }

  mutating func endCopy() { copy = nil }

  // MARK: Watermarks for the peer

  /// A fence has been taken: what a watermark says that is sent when all below it has been.
  func watermark(_ fence: Stamp) -> Watermark {
    Watermark(fence, receivedThrough: received.through, refusalsSeen: refusalsSeen)
  }

  /// The same watermark as it is sent.
  func asSent(_ watermark: Watermark) -> Watermark {
    var sent = watermark
    if !rules.contains(.hadAtTheFence) { sent.receivedThrough = received.through }
    if !rules.contains(.refusalsAtTheFence) { sent.refusalsSeen = refusalsSeen }
    return sent
  }

  /// Whether a watermark would tell the peer something new.
  func hasUpdate(_ fence: Stamp) -> Bool {
    fence > sentWatermark.fence || received.through > sentWatermark.receivedThrough
      || refusalsSeen > sentWatermark.refusalsSeen
  }

  mutating func noteSent(_ watermark: Watermark) { sentWatermark = watermark }

  // MARK: What the peer sends

  mutating func ask() -> UInt32 {
    awaitsCopy = true
    asks &+= 1
    return asks
  }

  mutating func observeAsk(_ number: UInt32) { asked = number }

  mutating func observeWatermark(_ watermark: Watermark) {
    received.through = max(received.through, watermark.fence)
    receivedByPeer = max(receivedByPeer, watermark.receivedThrough)
    refusalsConfirmed = max(refusalsConfirmed, watermark.refusalsSeen)
  }

  /// Of a copy that walks again the places that were walked before: what is known of them stays until it has passed
  /// them.
  mutating func observeCopyProgress(_ progress: CopyProgress) {
    if progress.cursor >= received.copy.cursor { received.copy = progress }
  }

  /// Whether no copy is awaited after this one: one that the peer began by itself, because it gave its stream up, ends
  /// too.
  mutating func observeCopyEnd(_ watermark: Watermark, answers: UInt32) -> Bool {
    observeWatermark(watermark)
    received.copy = .none
    guard answers == asks || !awaitsCopy || !rules.contains(.askedCopy) else { return false }
    awaitsCopy = false
    return true
  }

  mutating func observeAcknowledgement(through stamp: Stamp) { ackedThrough = max(ackedThrough, stamp) }

  mutating func noteRefused() { refused += 1 }
  mutating func observeRefusal() { refusalsSeen += 1 }

  // MARK: What follows

  /// Tombstones up to it may go: nothing older can come from the peer.
  var settled: Stamp { rules.contains(.fence) ? receivedByPeer : min(ackedThrough, received.through) }

  /// Evicting what is no newer leaves nothing behind.
  var evictable: Stamp { rules.contains(.evictedBySettled) ? settled : ackedThrough }

  /// Whether a horizon at or below `settled` may fall, as far as its refusals are confirmed.
  var maySettleHorizon: Bool { !awaitsCopy || !rules.contains(.copyAwaited) }
}
