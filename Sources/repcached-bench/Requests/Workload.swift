import Platform

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

extension Workload {
  /// What is wrong with a value, in words.
  func complaint(_ key: UInt32, _ flags: UInt32, _ value: Span<UInt8>) -> String {
    let name = "the value of \(keys.text(key))"
    if flags != 0 { return "\(name) came with flags \(flags) instead of 0" }
    let size = values.size(key)
    if value.count != size { return "\(name) has \(value.count) bytes instead of \(size)" }
    var expected = ByteBuffer(capacity: size)
    values.append(key, to: &expected)
    guard let place = value.firstDifference(from: expected.bytes) else { return "\(name) is right" }
    return "\(name) has the byte \(value[place]) instead of \(expected.bytes[place]) at \(place)"
  }
}
