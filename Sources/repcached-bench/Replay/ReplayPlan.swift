/// A trace, and what its keys and values look like to a server.
struct ReplayPlan: Sendable {
  let trace: Trace
  let keys: KeyMaker
  let values: ValueMaker
  /// Expiries as memcached takes them; a key has one of them for good, all alike often.
  let lifetimes: [UInt32]
  /// Requests at the beginning that are not counted.
  let warmup: UInt64
  /// Requests a second; nil: as fast as the server answers.
  let rate: Double?
  /// Gets sent together.
  let depth: Int

  func lifetime(_ key: UInt32) -> UInt32 {
    lifetimes[Int(SplitMix.mixed(UInt64(key) ^ 0x7474_6c73) % UInt64(lifetimes.count))]
  }

  /// Bytes that a batch can take: sets of all that missed, and as many gets.
  var maxBatchCount: Int { depth * (2 * keys.length + values.sizes.largest + 128) }
}
