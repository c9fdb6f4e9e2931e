/// The line of a storage command. `valueCount` bytes and CRLF follow it; the caller takes them straight into the item.
/// Where other bytes stand in the place of CRLF, the answer is `TextError.badDataChunk`, and as in memcached the
/// `valueCount + 2` bytes are gone.
@usableFromInline package struct StorageHeader: Hashable, Sendable, BitwiseCopyable {
  package let key: ByteRange
  /// As the client gave it: 0 never, negative expired, up to 30 days relative, else unix time.
  package let exptime: Int64
  /// Only of meaning for `cas`.
  package let casUnique: UInt64
  package let flags: UInt32
  @usableFromInline let valueLength: UInt32
  package let verb: StorageVerb
  package let noreply: Bool

  @inlinable package var valueCount: Int { Int(valueLength) }

  init(
    _ verb: StorageVerb, key: ByteRange, flags: UInt32, exptime: Int64, valueCount: Int, casUnique: UInt64 = 0,
    noreply: Bool
  ) {
    self.verb = verb
    self.key = key
    self.flags = flags
    self.exptime = exptime
    self.valueLength = UInt32(truncatingIfNeeded: valueCount)
    self.casUnique = casUnique
    self.noreply = noreply
  }
}
