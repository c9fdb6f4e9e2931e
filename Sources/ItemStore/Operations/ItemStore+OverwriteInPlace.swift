/// Values that are at hand, for a key whose item has space for them: the value is changed where it is.
///
/// Most sets are of a key that is held already, with a value of about the same size. Such a one needs no chunk and
/// frees none, so it takes one lock, the stripe's, instead of three, and touches the memory that it found. (Why no
/// reader sees half a value: `Keyspace.overwrite`.)
extension ItemStore {
  /// What is copied while a lock is held. Larger values are few, and their copying is not what they cost.
  static let maxCopied = 16 << 10

  /// Ends the command if it can be done, or has to be refused, without another chunk; nil where it needs one, and then
  /// nothing has changed.
  package func overwrite(
    _ key: Span<UInt8>, hash: UInt64, mode: StoreMode, clientFlags: UInt32, expiresAt: UInt32, value: Span<UInt8>,
    at moment: Moment, journal: (any MutationJournal)?
  ) -> StoreOutcome? {
    if value.count > Self.maxCopied || mode.extends { return nil }
    // All by way of one part: a second base would cost a register.
    let keyspace = keyspace
    return keyspace.mutate(key, hash, journal) { slot, _ -> StoreOutcome? in
      guard let slot else { return nil }
      let item = keyspace.memory.item(slot.reference)
      let isDerived = mode.isDerived
      let extensionCount = isDerived ? Version.derived.extensionCount : 0
      guard keyspace.fits(item, for: value.count, clientFlags, extensionCount) else { return nil }
      if let refusal = refusal(mode, slot, nil, moment.seconds) { return refusal }
      if keyspace.isDead(item, moment.seconds) { keyspace.countReplacedDead(item) }
      let stamp = keyspace.stampClock.next(unixMicroseconds: moment.unixMicroseconds)
      keyspace.setExpiry(expiresAt, of: slot.reference)
      keyspace.overwrite(
        value, clientFlags, isDerived ? item.version.changed(at: stamp) : Version(stamp), into: item, hash)
      journal?.record(ItemView(slot.reference, in: keyspace.memory))
      return .stored(stamp)
    }
  }
}
