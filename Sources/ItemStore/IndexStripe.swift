import Platform

/// One lock over all buckets whose numbers end alike, and what they hold.
///
/// The lock is not at the struct's own address: ThreadSanitizer takes a change of any field for a change of what stands there.
@usableFromInline struct IndexStripe: ~Copyable {
  var byteCount: Int64 = 0
  var itemCount: Int32 = 0
  @usableFromInline let lock = SpinLock()
}
