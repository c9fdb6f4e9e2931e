/// What the link tells the store of the peer: that it is there, what it has had, and what has settled between the two.
/// What follows from that is told at `TombstoneLedger`.
extension ItemStore {
  /// From now on deletes leave tombstones, if they did not before, and what is evicted or expires leaves them, too.
  package func notePairing() { tombstones.notePairing() }
  package var hasEverPaired: Bool { tombstones.hasEverPaired }

  /// Nothing older than `stamp` can come from the peer any more, so what bears such a stamp may go without a tombstone.
  package func setSettled(_ stamp: Stamp) { tombstones.setSettled(stamp) }

  /// A peer of another name (node, boot, epoch) is there: what it has had begins to be known. To be called before its
  /// stamps are observed.
  ///
  /// - Parameter nodeBit: of this side's stamps, on the link with it.
  package func meetNewPeer(nodeBit: UInt64) {
    tombstones.leave(at: stampClock.fence())
    // In between, stamps of this side may bear either bit.
    tombstones.meetNewPeer(at: Stamp(rawValue: .max))
    stampClock.setNode(nodeBit)
    tombstones.meetNewPeer(at: stampClock.fence())
  }

  /// A peer is there that does not tell what it has had.
  package func meetUnknownPeer() { tombstones.meetUnknownPeer() }

  /// Whether what the peer has had is known, from some stamp on.
  package var knowsPeer: Bool { tombstones.knowsPeer }

  /// The peer's hello showed stamps through this one: the stamp clock observes it, and what bears one that this side has not
  /// seen before is taken for what the peer has had.
  package func observeShown(through stamp: Stamp) {
    tombstones.setShown(above: stampClock.observe(stamp), through: stamp)
  }

  /// The peer has acknowledged this; older states may still be on their way from it.
  package func setPeerHas(_ stamp: Stamp) { tombstones.setPeerHas(stamp) }

  /// A link begins, over which states come with their stamps, and ends.
  package func beginLink() { tombstones.beginLink() }
  package func endLink() { tombstones.endLink() }

  /// Tombstones at or below `stamp` wait for the end of a copy under way; zero when there is none.
  package func keepTombstones(upTo stamp: Stamp) { tombstones.keepForCopy(upTo: stamp) }

  /// Highest stamp of what was deleted and could not be remembered; zero: none.
  package var purgedThrough: Stamp { tombstones.purgedThrough }
  package var horizonRaisedCount: UInt64 { tombstones.timesRaised }

  /// The horizon falls as far as `settled` has passed it and the refusals that it was a reason for are confirmed. To be
  /// called after every frame, unless a copy is awaited.
  ///
  /// - Parameter refusalsConfirmed: the number, on this link, of the last refusal that the peer has confirmed.
  package func settleHorizon(upTo settled: Stamp, refusalsConfirmed: UInt64) {
    tombstones.settleHorizon(upTo: settled, refusalsConfirmed: refusalsConfirmed)
  }

  /// Who the peer is. If it is another one than the last, what had settled with others is no reason any more to take
  /// what comes: the horizon rises to all that was forgotten because it had. `setSettled` and `meetNewPeer` come first.
  ///
  /// - Parameter raises: the horizon may rise.
  package func meet(_ partner: PeerName, raises: Bool = true) { tombstones.meet(partner, raises: raises) }

  /// The partner before this one is not expected back: what is kept for it may go.
  package func forgetAbsentPartner() { tombstones.forgetAbsent() }

  /// The link's refusal of this number was of a state of this key.
  package func noteRefusal(_ hash: UInt64, _ version: Version, number: UInt64) {
    tombstones.noteRefusal(hash, version, number: number)
  }

  /// Whether, since last asked, an item was evicted that a copy under way had still to tell, and no space found for its
  /// tombstone. The peer may then keep an older state of it for good, unless it is asked for a copy from zero: what it
  /// offers at or below the horizon is refused. To be asked when a copy ends.
  package func takeCopyLoss() -> Bool { tombstones.takeLoss() }

  /// Tombstones up to `settled` may go. Returns whether more are left to do.
  package func settleTombstones(upTo settled: Stamp, atMost: Int = 1000) -> Bool {
    purger.settle(upTo: settled, atMost: atMost)
  }

  /// Drops the oldest tombstones while there are more than have space, and clears the log of stale ones. Returns
  /// whether more is left to do.
  @discardableResult
  package func trimTombstones(atMost: Int = 10_000) -> Bool { purger.trim(atMost: atMost) }
}
