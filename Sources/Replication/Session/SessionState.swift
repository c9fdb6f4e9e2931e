import ItemStore

/// What a session of either format has under way on one link. The next link begins with another.
struct SessionState {
  /// A link is there.
  var isLinked = false
  /// The copy to the peer that is under way.
  var walk: CopyWalk?
  /// The large value that is under way.
  var outgoing: OutgoingValue?
  var barrier: WatermarkBarrier
  /// The stream was given up; a copy begins when the output is empty, and the time has come.
  var awaitsDrain = false
  var copyNotBefore = Duration.zero
  var positions = StreamPositions()
  /// The highest floor that the peer was told on this link, or told itself.
  var sentFloor = Stamp.zero
  /// There are more tombstones to let go than one step did.
  var isSettlingDue = false

  init(ringCount: Int) { barrier = WatermarkBarrier(ringCount: ringCount) }
}
