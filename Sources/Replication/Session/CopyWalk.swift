import ItemStore

/// Where a copy of mine stands: the walk over the index, and what it left for later.
struct CopyWalk {
  var cursor = WalkCursor()
  /// The frame that announces it is sent.
  var isAnnounced = false
  var isWalked = false
  /// Keys of values that are too large to copy under a stripe's lock; read by themselves, one after another.
  var later: [[UInt8]] = []
  var items: UInt64 = 0

  /// Above this a value is not copied under the lock of its stripe.
  static let largestAtOnce = 4096
}
