// What a synthetic trace is made of: keys drawn with a Zipf skew, and what disturbs them.
//
//     --scan-every 2000000     z z z z … │ every key once │ z z z z … │ every key once │ …
//     --shift-every 2000000    rank r is key r │ rank r is key r + n/3 │ rank r is key r + 2n/3 │ …      (modulo n)

struct TraceShape: Sendable, Equatable {
  var keyCount: UInt32
  var skew: Double
  /// In all, those of the scans included.
  var requestCount: UInt64
  /// A scan over all keys follows so many requests; nil: none.
  var scanEvery: UInt64?
  /// After so many requests each rank of popularity falls to a key a third of all keys further on; nil: never.
  var shiftEvery: UInt64?
  var seed: UInt64
}
