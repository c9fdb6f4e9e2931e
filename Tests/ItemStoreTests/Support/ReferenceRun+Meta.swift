import ItemStore

@testable import ItemStore

/// What meta and binary commands do, beside the dictionary.
extension ReferenceRun {
  mutating func metaStep(_ key: [UInt8]) {
    forgetEvicted(key)
    switch random.below(9) {
    case 0...2: metaGet(key)
    case 3...5: storeConditionally(key)
    case 6: countConditionally(key)
    case 7: keepWithoutValue(key)
    default: deleteConditionally(key)
    }
    // Freeing memory may have evicted the key itself.
    forgetEvicted(key)
  }

  private mutating func chance(_ one: Int) -> Bool { random.below(one) == 0 }

  private mutating func explicit() -> UInt64? { chance(3) ? random.next() >> UInt64(random.below(64)) : nil }

  /// Below, at and above that of the key.
  private mutating func nearUnique(_ key: [UInt8]) -> UInt64 {
    let cas = held[key]?.cas ?? 1000
    return [cas, cas, cas &- 1, cas &+ 1, 0, 1][random.below(6)]
  }

  // MARK: mg

  private mutating func metaGet(_ key: [UInt8]) {
    let before = live(key)
    let options = MetaGetOptions(
      vivifiesUntil: chance(2) ? randomExpiry() : nil, explicitCAS: explicit(),
      expiresAt: chance(3) ? randomExpiry() : nil, recachesBefore: chance(2) ? now.seconds + 30 : nil,
      touchesFirst: chance(2), leavesUse: chance(2))
    let isPlain = chance(2)
    let shown = store.meta(key, isPlain ? nil : options, at: now)
    let asked = isPlain ? MetaGetOptions() : options
    if let before { return check(key, shown, before, asked) }
    guard let until = asked.vivifiesUntil else { return expect(shown == nil, "a meta get finds what is dead") }
    guard let shown else { return expect(evicts, "nothing is vivified") }
    let base = held[key]?.version ?? .zero
    held[key] = Entry(
      value: [], flags: 0, expiresAt: until, version: Version(shown.item.stamp),
      marks: ItemMarks(isWinSent: true, explicitCAS: asked.explicitCAS))
    expect(shown.found.isCreated && shown.found.hasWon && shown.item.stamp > base.touched, "it is not vivified")
    expect(isSame(shown.item, held[key]), "another is vivified")
  }

  private mutating func check(_ key: [UInt8], _ shown: TestStore.Shown?, _ before: Entry, _ options: MetaGetOptions) {
    guard let shown else { return expect(evicts && options.expiresAt != nil, "a meta get finds nothing") }
    let found = shown.found
    expect(found.isStale == before.marks.isStale && found.wasWinSent == before.marks.isWinSent, "other marks are told")
    expect(found.expiredAt == before.expiresAt && !found.isCreated, "another expiry is told")
    let expiresAt = options.touchesFirst ? options.expiresAt ?? before.expiresAt : before.expiresAt
    let isDue = expiresAt != 0 && expiresAt < options.recachesBefore ?? 0
    let wins = !before.marks.isWinSent && (before.marks.isStale || isDue)
    expect(found.hasWon == wins || evicts && wins, "the win is \(found.hasWon)")
    var entry = before
    if found.hasWon { entry.marks = before.marks.winSent }
    if let expiresAt = options.expiresAt { entry.expiresAt = expiresAt }
    if found.hasWon || options.expiresAt != nil {
      entry.version = before.version.touched(at: shown.item.stamp)
      expect(entry.version > before.version, "the stamp went back")
    }
    held[key] = entry
    expect(isSame(shown.item, entry), "a meta get shows another item")
  }

  private func isSame(_ item: HeldItem, _ entry: Entry?) -> Bool {
    guard let entry else { return false }
    return item.value == entry.value && item.flags == entry.flags && item.expiresAt == entry.expiresAt
      && item.version == entry.version && item.marks == entry.marks && item.cas == entry.cas
  }

  // MARK: ms

  private mutating func storeConditionally(_ key: [UInt8]) {
    let before = live(key)
    let modes: [StoreMode] = [.set, .add, .replace, .append, .prepend, .compareAndSwap(nearUnique(key))]
    let mode = modes[min(random.below(8), 5)]
    let conditions = StoreConditions(
      unique: chance(2) ? nearUnique(key) : nil, takesStale: chance(2), explicitCAS: explicit(), vivifies: chance(2))
    let entry = Entry(
      value: random.value(randomSize()), flags: UInt32(random.below(4)), expiresAt: randomExpiry(), version: .zero)
    let result = store.store(
      key, entry.value, mode, conditions, flags: entry.flags, expiresAt: entry.expiresAt, at: now)
    let wanted = outcome(mode, conditions, before)
    guard case .stored(let stamp) = result.outcome else {
      let isTooLarge = result.outcome == .tooLarge
      return expect(evicts || isTooLarge || result.outcome == wanted, "\(mode) answered \(result.outcome)")
    }
    expect(evicts || wanted == nil, "\(mode) is stored, not \(String(describing: wanted))")
    held[key] = stored(entry, mode, conditions, before, stamp, base: held[key]?.version ?? .zero)
    expect(result.cas == held[key]?.cas && result.valueCount == held[key]?.value.count, "\(mode) tells \(result)")
  }

  /// Nil: it is stored.
  private func outcome(_ mode: StoreMode, _ conditions: StoreConditions, _ before: Entry?) -> StoreOutcome? {
    switch mode {
    case .set: return nil
    case .add: return before == nil ? nil : .notStored
    case .replace: return before == nil ? .notStored : nil
    case .append, .prepend:
      guard let before else { return conditions.vivifies ? nil : .notStored }
      let given = conditions.unique ?? 0
      return given == 0 || given == before.cas ? nil : .exists
    case .compareAndSwap(let unique):
      guard let before else { return .notFound }
      if unique == 0 { return .exists }
      return unique == before.cas || conditions.takesStale && unique < before.cas ? nil : .exists
    }
  }

  private func stored(
    _ entry: Entry, _ mode: StoreMode, _ conditions: StoreConditions, _ before: Entry?, _ stamp: Stamp, base: Version
  ) -> Entry {
    var new = entry
    var isDerived = mode.isDerived
    var isStale = false
    if let before {
      if case .append = mode { new.value = before.value + entry.value }
      if case .prepend = mode { new.value = entry.value + before.value }
      if mode.extends { (new.flags, new.expiresAt) = (before.flags, before.expiresAt) }
      if case .compareAndSwap(let unique) = mode { isStale = conditions.takesStale && unique < before.cas }
      if isStale { new.expiresAt = before.expiresAt }
    } else if mode.extends {
      isDerived = false
    }
    new.version = isDerived ? base.changed(at: stamp) : Version(stamp)
    new.marks = ItemMarks(
      isStale: isStale, isWinSent: isStale && before?.marks.isWinSent == true, explicitCAS: conditions.explicitCAS)
    return new
  }

  // MARK: md, ma

  private mutating func deleteConditionally(_ key: [UInt8]) {
    let before = live(key)
    let given = nearUnique(key)
    let conditions = DeleteConditions(
      unique: chance(2) ? given : nil, marksStale: chance(2), expiresAt: chance(3) ? randomExpiry() : nil,
      explicitCAS: explicit())
    let outcome = store.delete(key, conditions, at: now)
    guard isRight(outcome, before, conditions), var entry = before, conditions.unique ?? entry.cas == entry.cas else {
      return
    }
    guard conditions.marksStale, case .stored(let stamp) = outcome, stamp != .zero else {
      expect(!conditions.marksStale || evicts, "it is not marked")
      held[key] = nil
      return
    }
    entry.version = entry.version.changed(at: stamp)
    entry.marks = ItemMarks(isStale: true, explicitCAS: conditions.explicitCAS)
    if let expiresAt = conditions.expiresAt { entry.expiresAt = expiresAt }
    held[key] = entry
    compare(key, store.get(key, at: now))
  }

  private mutating func isRight(_ outcome: StoreOutcome, _ before: Entry?, _ conditions: DeleteConditions) -> Bool {
    let stored: Bool = if case .stored = outcome { true } else { false }
    guard let before else {
      expect(outcome == .notFound, "md answered \(outcome)")
      return false
    }
    let isWanted = conditions.unique ?? before.cas == before.cas
    expect(isWanted ? stored : outcome == .exists, "md answered \(outcome)")
    return stored
  }

  private mutating func keepWithoutValue(_ key: [UInt8]) {
    let before = live(key)
    let conditions = DeleteConditions(
      marksStale: chance(2), dropsValue: true, expiresAt: chance(3) ? randomExpiry() : nil,
      clientFlags: UInt32(random.below(3)), explicitCAS: explicit())
    let outcome = store.delete(key, conditions, at: now)
    guard isRight(outcome, before, conditions), let before, case .stored(let stamp) = outcome else { return }
    if stamp == .zero {
      expect(evicts, "the item is deleted")
      held[key] = nil
      return
    }
    let kept = conditions.marksStale ? nil : before.cas
    held[key] = Entry(
      value: [], flags: conditions.clientFlags, expiresAt: conditions.expiresAt ?? 0, version: Version(stamp),
      marks: ItemMarks(isStale: conditions.marksStale, explicitCAS: conditions.explicitCAS ?? kept))
    compare(key, store.get(key, at: now))
  }

  private mutating func countConditionally(_ key: [UInt8]) {
    let before = live(key)
    let isChained = store.reference(key).map { store.store.memory.item($0).state.isChained } ?? false
    let conditions = IncrementConditions(
      unique: chance(2) ? nearUnique(key) : nil, initial: chance(2) ? random.next() : nil,
      initialExpiresAt: randomExpiry(), expiresAt: chance(3) ? randomExpiry() : nil, explicitCAS: explicit())
    let outcome = store.increment(key, by: 3, conditions, at: now)
    if evicts, outcome == .outOfMemory { return }
    let stamp = store.getAny(key)?.stamp ?? .zero
    guard var entry = before else {
      let wanted: ArithmeticOutcome = conditions.initial.map { .created($0) } ?? .notFound
      expect(outcome == wanted, "ma answered \(outcome)")
      guard case .created(let number) = outcome else { return }
      held[key] = Entry(
        value: bytes("\(number)"), flags: 0, expiresAt: conditions.initialExpiresAt, version: Version(stamp),
        marks: ItemMarks(explicitCAS: conditions.explicitCAS))
      return
    }
    let given = conditions.unique ?? 0
    let isOther = given != 0 && given != entry.cas
    let number = isChained ? nil : StoredNumber.value(of: entry.value.span)
    let mayBeNumber = !isChained && !entry.value.isEmpty
    guard mayBeNumber, !isOther, let number else {
      expect(outcome == (mayBeNumber && isOther ? .exists : .nonNumeric), "ma answered \(outcome)")
      return
    }
    expect(outcome == .value(number &+ 3), "ma answered \(outcome)")
    let digits = bytes("\(number &+ 3)")
    entry.marks = (digits.count <= entry.value.count ? entry.marks : .none).with(explicitCAS: conditions.explicitCAS)
    entry.value = digits
    if let expiresAt = conditions.expiresAt { entry.expiresAt = expiresAt }
    entry.version = entry.version.changed(at: stamp)
    held[key] = entry
  }
}
