/// What is asked for: all that stays the same while a load runs.
struct Workload: Sendable {
  let keys: KeyMaker
  let values: ValueMaker
  let keyCount: UInt32
  let chooser: KeyChooser
  let keysPerGet: Int
  /// Of 2^32 requests, how many are gets.
  let getShare: UInt64
  let expiry: Int64
  /// Requests in flight on one connection.
  let depth: Int

  /// Sets in flight on one connection while the keys are filled in: many, but not many megabytes.
  var fillDepth: Int { max(1, min(16, (1 << 20) / (values.sizes.largest + 1))) }

  /// Bytes that a request of either kind can take.
  var maxRequestCount: Int {
    128 + max(keysPerGet * (keys.length + 1), keys.length + values.sizes.largest)
  }
}
