// What a repcached 2.x says, line by line: words of memcached's text on one connection.
//
//   rep <key> <flags> <expiry> <bytes> <cas>      the value and "\r\n" follow; the expiry is unix time, 0 never
//   delete <key>                                  deleted, or evicted there
//   flush_all                                     with a space behind it, or the unix time at which it takes effect
//   marugoto_end                                  the acceptor's copy is at its end
//   repcached-hello …                             today's format: a connector that was late (see `LegacyOpening`)
//   anything else                                 is ignored, as it does itself
//
// Ranges are places in the bytes decoded from. Decoding keeps nothing, copies nothing and trusts nothing: a line has at
// most 1024 bytes, a key 1 to 250, and every number is bounded before it is used. A line of its own words that does not
// hold together ends the link, for what follows it may be a value or a line.
//
// It must not know the store or what becomes of a line.
enum LegacyLine: Equatable, Sendable {
  case record(LegacyHead, key: Range<Int>, valueCount: Int)
  case delete(key: Range<Int>)
  /// Without a time: now.
  case flush(unixSeconds: Int64?)
  case copyEnd
  case hello
  case unknown
}

/// What a `rep` says of an item beside its key and value. Its cas unique is a counter of 32 bits there and no stamp:
/// unused.
struct LegacyHead: Equatable, Sendable {
  let clientFlags: UInt32
  /// Absolute unix seconds, 0 never; what lies before 1970 is long expired.
  let expiresAtUnix: Int64
}
