import ItemStore

/// Where a copy to the peer stands: the walk over the index, and what it left for later.
struct CopyWalk {
  let begunAt: Duration
  /// What of it a copy before it has told.
  var resumed = CopyProgress.none
  var cursor = WalkCursor()
  /// The frame that announces it is sent.
  var isAnnounced = false
  var isWalked = false
  /// Keys of values that are too large to copy under a stripe's lock; read by themselves, one after another.
  var later: [[UInt8]] = []
  var items: UInt64 = 0
  /// The log and the counters tell of it.
  var isShown = true
  /// What came from the peer goes back too.
  var includesPeerStates = false
  /// A ring was full since it began: another copy must follow.
  var hasLostStream = false
  /// Of what was sent since the peer was last told how far the copy has come.
  var unreportedBytes = 0

  /// What stands in the places before it has been visited; it has been sent when `later` is empty, too.
  var place: UInt64 { isWalked ? .max : cursor.place }

  /// Visits some buckets: what is wanted goes to `send`, under its stripe's lock; of a large value only the key is
  /// kept.
  mutating func step(
    over store: ItemStore, buckets: Int, where isWanted: (Stamp) -> Bool,
    send: (borrowing ItemView, inout CopyWalk) -> Void
  ) {
    var cursor = cursor
    // A place is no wider than this, also when the index grows meanwhile.
    let width = store.maxStepWidth
    for _ in 0..<buckets where !isWalked {
      let oldest = cursor.isBefore(resumed.cursor, width: width) ? resumed.watermark : .zero
      isWalked = !store.walk(&cursor, buckets: 1) { view in
        if store.isFlushed(view) || view.touched <= oldest || !isWanted(view.touched) { return }
        if view.valueCount > Self.maxLockedCopy || view.isChained {
          later.append([UInt8](copying: view.key))
        } else {
          send(view, &self)
        }
      }
    }
    self.cursor = cursor
  }

  /// Above this a value is not copied under the lock of its stripe.
  static let maxLockedCopy = 4096
}
