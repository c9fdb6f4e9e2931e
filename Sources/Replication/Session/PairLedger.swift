import ItemStore

// What each of the two has of the other: marks, acknowledgements, asks and refusals as a plain value. It is `Side` of docs/spec
// without the store; what it decides, the `Replicator` does.
//
//    name                 what this side is called: node, boot, and an epoch that a link with another node ends
//    had                  of whom (its name): its last mark, and how far a copy of its came that has not ended
//                                                                                    kept over links, for that name alone
//    acked                what the peer acknowledged of mine
//    settled              what it had of mine when it took the fence of a mark that has come
//    asks, asked          copies from zero that I asked for; that the peer asked for          0 at a join
//    awaitsCopy           the copy that I wait for (the join's, or one asked for) has not ended
//    refused              values of the peer's that I refused; `refusalsConfirmed`: those its last mark's fence had seen
//    refusalsSeen         of mine, that it refused
//    copy                 the copy of mine under way
//    told                 the last mark of mine
//
// A mark is sent when one of its three words has risen. That comes to an end by itself: who is quiet gives no stamps, so both
// fences stop at the greatest stamp that either has given, and what is had stops at the other's fence. After a write the
// other side's mark says that it has it, and one more of this side says that so it is with that mark.
//
// Invariants. had, acked and settled only rise while a link lives. Only a copy that began after the last ask answers it:
// copyEnd carries the number of the last ask that its sender had heard when it began the copy.
// The horizon may fall when no copy of the peer's is awaited, every refusal that it was a reason for is confirmed, and
// settled has passed it.
struct PairLedger: Sendable, Equatable {
  struct Copy: Sendable, Equatable {
    /// Only what is newer travels.
    var above: Stamp
    /// What the end of the copy stands for; of the moment at which it began.
    let mark: Mark
    let answers: UInt32
    /// What a copy before this one has told already.
    var resumed = WalkedPlaces.none
  }

  let rules: PairRules
  private(set) var name: PeerName
  private(set) var had = Acknowledged.nothing
  private(set) var acked = Stamp.zero
  private(set) var asks: UInt32 = 0
  private(set) var asked: UInt32 = 0
  private(set) var awaitsCopy = false
  private(set) var refused: UInt64 = 0
  private(set) var refusalsSeen: UInt64 = 0
  private(set) var refusalsConfirmed: UInt64 = 0
  private(set) var copy: Copy?
  private(set) var told = Mark.none
  private var hadByPeer = Stamp.zero
  /// How far my copy had come when it was cut, as I saw it: what `receiversCursor` is the better of.
  private var walked = Acknowledged.nothing

  init(_ identity: PeerIdentity, rules: PairRules = .all) {
    name = PeerName(identity)
    self.rules = rules
  }

  // MARK: Links

  /// The node of the last peer, if there was one.
  var lastPeer: UInt64? { had.name == .nobody ? nil : had.name.identity.node }

  /// What this side is called on a link with this node: see `Hello`.
  func name(linkedWith node: UInt64) -> PeerName {
    rules.contains(.epoch) ? name.linked(with: node, after: lastPeer) : name
  }

  /// A link begins. Returns whether the peer is another than the last one.
  mutating func join(_ peer: Hello) -> Bool {
    unlink()
    let isOther = meet(peer.name(linkedWith: name.identity.node))
    hadByPeer = peer.have.name == name ? peer.have.stamp : .zero
    acked = hadByPeer
    awaitsCopy = true
    return isOther
  }

  private mutating func meet(_ peer: PeerName) -> Bool {
    let last = had.name
    if last == peer { return false }
    name = name(linkedWith: peer.identity.node)
    had = Acknowledged(peer)
    return last != .nobody && (last.identity != peer.identity || rules.contains(.otherEpoch))
  }

  mutating func unlink() {
    var next = PairLedger(name.identity, rules: rules)
    (next.name, next.had, next.acked, next.hadByPeer, next.walked) = (name, had, acked, hadByPeer, walked)
    self = next
  }

  mutating func forgetHad() { had = Acknowledged(had.name) }

  // MARK: My copy

  /// What of the copy that begins at a join was told before: nothing to a side whose horizon stands, for what it has forgotten
  /// has to be offered again.
  func resumable(for peer: Hello) -> WalkedPlaces {
    if peer.wantsCopyFromZero, rules.contains(.fromZeroIsNotResumed) { return .none }
    let mine = walked.name == had.name ? walked.walked : .none
    let told = peer.have.name == name ? peer.have.walked : .none
    var places = rules.contains(.receiversCursor) ? told : mine
    if places != .none, !rules.contains(.walkedPlaces) { places.mark = .greatest }
    return places
  }

  /// A copy begins, or begins again; `fence` is one of the stamp clock.
  mutating func beginCopy(above: Stamp, fence: Stamp, resumed: WalkedPlaces = .none) {
    copy = Copy(above: min(above, copy?.above ?? above), mark: takeMark(fence), answers: asked, resumed: resumed)
  }

  mutating func endCopy() { copy = nil }

  mutating func noteWalked(_ places: WalkedPlaces) {
    if walked.name != had.name { walked = Acknowledged(had.name) }
    if places.end >= walked.walked.end { walked.walked = places }
  }

  // MARK: My marks

  /// A fence has been taken: what a mark says that is sent when all below it has been.
  func takeMark(_ fence: Stamp) -> Mark { Mark(fence, had: had.stamp, refusalsSeen: refusalsSeen) }

  /// The same mark as it is sent.
  func said(_ mark: Mark) -> Mark {
    var said = mark
    if !rules.contains(.hadAtTheFence) { said.had = had.stamp }
    if !rules.contains(.refusalsAtTheFence) { said.refusalsSeen = refusalsSeen }
    return said
  }

  /// Whether a mark would tell the peer something new.
  func hasNews(_ fence: Stamp) -> Bool {
    fence > told.fence || had.stamp > told.had || refusalsSeen > told.refusalsSeen
  }

  mutating func noteTold(_ mark: Mark) { told = mark }

  // MARK: The peer's

  mutating func ask() -> UInt32 {
    awaitsCopy = true
    asks &+= 1
    return asks
  }

  mutating func heardAsk(_ number: UInt32) { asked = number }

  mutating func heardMark(_ mark: Mark) {
    had.stamp = max(had.stamp, mark.fence)
    hadByPeer = max(hadByPeer, mark.had)
    if rules.contains(.fencedRefusals) { refusalsConfirmed = max(refusalsConfirmed, mark.refusalsSeen) }
  }

  /// Of a copy that walks again the places that were walked before: what is known of them stays until it has passed them.
  mutating func heardWalked(_ places: WalkedPlaces) {
    if places.end >= had.walked.end { had.walked = places }
  }

  /// Whether no copy is awaited after this one: one that the peer began by itself, because it gave its stream up, ends too.
  mutating func heardCopyEnd(_ mark: Mark, answers: UInt32) -> Bool {
    heardMark(mark)
    had.walked = .none
    guard answers == asks || !awaitsCopy || !rules.contains(.askedCopy) else { return false }
    awaitsCopy = false
    return true
  }

  mutating func heardAcknowledgement(have: Stamp, refusalsSeen: UInt64) {
    acked = max(acked, have)
    if !rules.contains(.fencedRefusals) { refusalsConfirmed = refusalsSeen }
  }

  mutating func noteRefused() { refused += 1 }
  mutating func heardRefusal() { refusalsSeen += 1 }

  // MARK: What follows

  /// Tombstones up to it may go: nothing older can come from the peer.
  var settled: Stamp { rules.contains(.fence) ? hadByPeer : min(acked, had.stamp) }

  /// Evicting what is no newer leaves nothing behind.
  var evictable: Stamp { rules.contains(.evictedBySettled) ? settled : acked }

  /// Whether a horizon at or below `settled` may fall, as far as its refusals are confirmed.
  var maySettleHorizon: Bool { !awaitsCopy || !rules.contains(.copyAwaited) }
}
