/// One number over all live items, equal on two daemons when they hold the same: `stats digest`.
extension ItemStore {
  /// A digest in the making: taken up in steps, so that nobody waits for it.
  package struct DigestWalk: Sendable {
    fileprivate var cursor = WalkCursor()
    /// Order does not count, so neither does where in the index an item stands.
    package fileprivate(set) var sum: UInt64 = 0
    package fileprivate(set) var itemCount = 0

    package init() {}
  }

  /// Adds the live items of some buckets; false when all have been seen. A large value is held and read when its
  /// bucket's lock is free again.
  package func digest(_ walk: inout DigestWalk, buckets: Int, now: UInt32) -> Bool {
    var sum: UInt64 = 0
    var count = 0
    var later: [(pinned: PinnedItem, head: UInt64)] = []
    let more = self.walk(&walk.cursor, buckets: buckets) { view in
      let item = memory.item(view.reference)
      guard !item.state.isTombstone, !keyspace.isDead(item, now) else { return }
      count += 1
      let head = digest(ofHead: view)
      if view.valueCount > Self.maxUnderLock, let pinned = pin(view) { return later.append((pinned, head)) }
      if !view.isChained { return sum &+= ValueDigest.digest(head, view.inlineValue) }
      var value = ValueDigest(head)
      view.forEachPiece { value.add($0) }
      sum &+= value.end()
    }
    for (pinned, head) in later {
      var value = ValueDigest(head)
      forEachPiece(of: pinned, from: 0) { value.add($0) }
      unpin(pinned)
      sum &+= value.end()
    }
    walk.sum &+= sum
    walk.itemCount += count
    return more
  }

  private static let maxUnderLock = 16 << 10

  /// Key, flags, stamps and marks. Not when it expires: what remains is longer at the peer by what the wire took.
  private func digest(ofHead view: borrowing ItemView) -> UInt64 {
    var state = KeyHash.published.hash(view.key)
    let version = view.version
    for stamp in [version.fresh, version.changed, version.touched] {
      state = KeyHash.published.mix(state, stamp.rawValue)
    }
    state = KeyHash.published.mix(state, UInt64(view.clientFlags))
    let marks = view.marks
    if marks.isEmpty { return state }
    return KeyHash.published.mix(KeyHash.published.mix(state, UInt64(marks.bits)), marks.explicitCAS ?? 0)
  }
}

/// A value taken into a digest piece by piece. The pieces do not count, only the bytes: the two of a pair may have
/// chunks of different sizes (`-f`, `-n`, `-I`).
struct ValueDigest {
  private var state: UInt64
  /// The beginning of a block whose end is in the next piece.
  private var pending: [UInt8] = []

  private static let block = 4096

  init(_ state: UInt64) { self.state = state }

  /// The same for a value that stands in one piece.
  static func digest(_ state: UInt64, _ value: Span<UInt8>) -> UInt64 {
    var digest = ValueDigest(state)
    if 1...block ~= value.count { digest.take(value) } else { digest.add(value) }
    return digest.end()
  }

  /// Returns that it wants more, as walks over pieces ask.
  @discardableResult mutating func add(_ piece: Span<UInt8>) -> Bool {
    var position = 0
    while position < piece.count {
      let count = min(Self.block - pending.count, piece.count - position)
      let bytes = piece.extracting(position..<position + count)
      position += count
      if pending.isEmpty, count == Self.block {
        take(bytes)
      } else {
        for index in bytes.indices { pending.append(bytes[index]) }
        if pending.count == Self.block { takePending() }
      }
    }
    return true
  }

  mutating func end() -> UInt64 {
    if !pending.isEmpty { takePending() }
    return state
  }

  private mutating func take(_ bytes: Span<UInt8>) {
    state = KeyHash.published.mix(state, KeyHash.published.hash(bytes))
  }

  private mutating func takePending() {
    let hash = KeyHash.published.hash(pending.span)
    state = KeyHash.published.mix(state, hash)
    pending.removeAll(keepingCapacity: true)
  }
}
