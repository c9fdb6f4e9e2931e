/// incr and decr. What finds no memory leaves the number that was there. The new number is derived from the old one,
/// and says so by its stamps (`Version`).
extension ItemStore {
  /// Adds to or takes from a decimal number: incr wraps at 64 bits, decr stops at 0.
  ///
  /// - Parameter body: sees the item after the change, under the stripe's lock, and the expiry it had before (of a new
  ///   one 0).
  package func increment(
    _ key: Span<UInt8>, hash: UInt64, by delta: UInt64, isDecrement: Bool = false,
    conditions: IncrementConditions = .none, at moment: Moment, journal: (any MutationJournal)?,
    _ body: (borrowing ItemView, _ expiredAt: UInt32) -> Void = { _, _ in }
  ) -> ArithmeticOutcome {
    keyspace.mutate(key, hash, journal) { slot, replaced in
      guard let slot, keyspace.isLive(slot, moment.seconds) else {
        return create(key, hash, slot, conditions, moment, journal, &replaced, body)
      }
      let item = memory.item(slot.reference)
      item.noteUpdate()
      // As in memcached, which compares no cas of what can be no number.
      if item.valueCount == 0 || item.state.isChained { return .nonNumeric }
      if let unique = conditions.unique, unique != 0, !keyspace.hasUnique(slot, unique) { return .exists }
      guard let value = number(in: slot) else { return .nonNumeric }
      let result = isDecrement ? value - min(value, delta) : value &+ delta
      let before = item.expiresAt
      let reference = setNumber(result, slot, hash, conditions, moment, &replaced)
      if reference == 0 { return .outOfMemory }
      if let expiresAt = conditions.expiresAt { keyspace.setExpiry(expiresAt, of: reference) }
      let view = ItemView(reference, in: memory)
      journal?.record(view)
      body(view, before)
      return .value(result)
    }
  }

  private func number(in slot: IndexSlot) -> UInt64? {
    StoredNumber.value(of: ItemView(slot.reference, in: memory).inlineValue)
  }

  /// The number to begin with, where nothing is held; as from an `add`.
  private func create(
    _ key: Span<UInt8>, _ hash: UInt64, _ slot: IndexSlot?, _ conditions: IncrementConditions, _ moment: Moment,
    _ journal: (any MutationJournal)?, _ replaced: inout OwnedChunk?, _ body: (borrowing ItemView, UInt32) -> Void
  ) -> ArithmeticOutcome {
    guard let initial = conditions.initial else { return .notFound }
    let digits = DecimalDigits(initial)
    let reference = linkNew(
      key, hash, slot, valueCount: digits.count, expiresAt: conditions.initialExpiresAt,
      marks: ItemMarks(explicitCAS: conditions.explicitCAS), moment, &replaced
    ) { unsafe digits.write(to: $0.valueStart) }
    if reference == 0 { return .outOfMemory }
    let view = ItemView(reference, in: memory)
    journal?.record(view)
    body(view, 0)
    return .created(initial)
  }

  /// Writes the number in place where chunk and pins allow, else into a new item; 0 without memory.
  private func setNumber(
    _ number: UInt64, _ slot: IndexSlot, _ hash: UInt64, _ conditions: IncrementConditions, _ moment: Moment,
    _ replaced: inout OwnedChunk?
  ) -> UInt32 {
    let item = memory.item(slot.reference)
    let base = item.version
    let version = base.changed(
      at: stampClock.next(unixMicroseconds: moment.unixMicroseconds))
    let digits = DecimalDigits(number)
    let isAsLong = digits.count <= item.valueCount
    // memcached has a number that is no longer in the old item, and so the old marks.
    let marks = (isAsLong ? item.marks : .none).with(explicitCAS: conditions.explicitCAS)
    let size =
      ItemPointer.size(keyCount: item.keyCount, valueCount: digits.count, clientFlags: item.clientFlags)
      + version.extensionCount(with: marks)
    if item.state.pins == 0, size <= slabs.sizes.sizes[Int(item.slabClass)] {
      keyspace.resize(item, to: digits.count, clientFlags: item.clientFlags, version, marks, hash)
      unsafe digits.write(to: item.valueStart)
      if !isAsLong { item.remove(ItemState.fetched) }
      return slot.reference
    }
    let key = ItemView(slot.reference, in: memory)
    guard
      case .pending(let pending) = allocator.reserve(
        key.key, clientFlags: item.clientFlags, expiresAt: item.expiresAt, valueCount: digits.count,
        version: version, marks: marks, effort: .underLock, now: moment.seconds)
    else { return 0 }
    let reference = pending.reference
    unsafe digits.write(to: memory.item(reference).valueStart)
    if isAsLong { memory.item(reference).insert(item.state.bits & ItemState.fetched) }
    let linked = keyspace.link(reference, in: slot, hash)
    replaced = linked.replaced
    return reference
  }
}

/// What incr and decr take a value for: as memcached 1.6.45 does, what strtoull(3) makes of it.
///
/// ```
///   [blanks] [+ or -] digits [a blank or a zero byte, and then anything]
/// ```
///
/// A minus is taken where the number that comes of it is small enough to look positive: `-0`, and what wraps around.
enum StoredNumber {
  static func value(of text: Span<UInt8>) -> UInt64? {
    var index = 0
    while index < text.count, isBlank(text[index]) { index += 1 }
    guard index < text.count else { return nil }
    let isNegative = text[index] == UInt8(ascii: "-")
    if isNegative || text[index] == UInt8(ascii: "+") { index += 1 }
    let first = index
    var magnitude: UInt64 = 0
    while index < text.count, case let digit = text[index] &- UInt8(ascii: "0"), digit <= 9 {
      let (tens, tooLong) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, tooLarge) = tens.addingReportingOverflow(UInt64(digit))
      if tooLong || tooLarge { return nil }
      magnitude = sum
      index += 1
    }
    guard index > first, index == text.count || isBlank(text[index]) || text[index] == 0 else { return nil }
    if !isNegative { return magnitude }
    let wrapped = 0 &- magnitude
    return wrapped <= UInt64(Int64.max) ? wrapped : nil
  }

  /// What isspace(3) says.
  private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte &- 9 <= 4 }
}

/// A number's decimal digits, without a heap string.
struct DecimalDigits {
  private let number: UInt64
  let count: Int

  init(_ number: UInt64) {
    self.number = number
    var count = 1
    var rest = number / 10
    while rest > 0 {
      count += 1
      rest /= 10
    }
    self.count = count
  }

  func write(to target: UnsafeMutableRawPointer) {
    var rest = number
    for position in stride(from: count - 1, through: 0, by: -1) {
      unsafe target.storeBytes(
        of: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10), toByteOffset: position, as: UInt8.self)
      rest /= 10
    }
  }
}
