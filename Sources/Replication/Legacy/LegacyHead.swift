/// What a `rep` says of an item beside its key and value. Its cas unique is a counter of 32 bits there and no stamp: unused.
struct LegacyHead: Equatable, Sendable {
  let clientFlags: UInt32
  /// Absolute unix seconds, 0 never; what lies before 1970 is long expired.
  let expiresAtUnix: Int64
}
