/// What the model remembers of keys that it does not hold, in buckets as the store's index has them: ghosts of evicted items and
/// marks of keys asked for, in free slots, until the slots are needed. See `Ghost` of the store.
struct GhostTable {
  struct Ghost: Equatable {
    var key: Int32 = -1
    var tick = 0
    var wasNewcomer = false
    var isSeen = false
    /// Of a key that was asked for, and not evicted as far as is known.
    var isMark = false
  }

  static let itemsPerBucket = 8
  private let slots: Int
  private let maxAge: Int
  private let leavesMarks: Bool
  private let bucketCount: Int
  private var ghosts: [Ghost]
  private var ghostCounts: [Int]
  private var itemCounts: [Int]
  /// The time; the store's ghosts have ten bits for it.
  private var tick = 0
  private static let ticks = 1024

  init(capacity: Int, _ parameters: PolicyParameters) {
    slots = Int(parameters.slots)
    maxAge = Int(parameters.maxGhostAge)
    leavesMarks = parameters.missesAreUses == 1
    bucketCount = max(Int(parameters.minBuckets), capacity / Self.itemsPerBucket)
    ghosts = Array(repeating: Ghost(), count: bucketCount * slots)
    ghostCounts = Array(repeating: 0, count: bucketCount)
    itemCounts = ghostCounts
  }

  mutating func advance() { tick &+= 1 }

  func age(_ ghost: Ghost) -> Int { (tick - ghost.tick) & (Self.ticks - 1) }

  /// A key that is not held was asked for: its ghost, if it still counts and was not seen before; else it leaves a mark.
  mutating func observeMiss(_ key: Int) -> Ghost? {
    let bucket = bucket(of: key)
    dropStale(bucket)
    if let slot = find(key) {
      if ghosts[slot].isSeen { return nil }
      ghosts[slot].isSeen = true
      return ghosts[slot]
    }
    if leavesMarks { add(Ghost(key: Int32(key), isSeen: true, isMark: true), bucket) }
    return nil
  }

  /// A key takes a slot: that of its own ghost or mark, which is returned, else the one given most readily.
  mutating func insert(_ key: Int) -> Ghost? {
    let bucket = bucket(of: key)
    dropStale(bucket)
    let slot = find(key)
    let ghost = slot.map { ghosts[$0] }
    if let slot { drop(slot, bucket) } else { makeRoom(bucket) }
    itemCounts[bucket] += 1
    return ghost
  }

  /// An item leaves its ghost in its slot; beyond the bucket, in what overflows, there is none.
  mutating func remove(_ key: Int, wasNewcomer: Bool) {
    let bucket = bucket(of: key)
    itemCounts[bucket] -= 1
    add(Ghost(key: Int32(key), tick: tick, wasNewcomer: wasNewcomer), bucket)
  }

  private mutating func add(_ ghost: Ghost, _ bucket: Int) {
    makeRoom(bucket)
    if itemCounts[bucket] + ghostCounts[bucket] >= slots { return }
    ghosts[range(bucket).upperBound] = ghost
    ghostCounts[bucket] += 1
  }

  /// Where every slot is used, one ghost goes.
  private mutating func makeRoom(_ bucket: Int) {
    if ghostCounts[bucket] == 0 || itemCounts[bucket] + ghostCounts[bucket] < slots { return }
    let all = range(bucket)
    drop(all.max { readiness(ghosts[$0]) < readiness(ghosts[$1]) } ?? all.lowerBound, bucket)
  }

  private func bucket(of key: Int) -> Int { Int(SplitMix.mixed(UInt64(key)) % UInt64(bucketCount)) }

  private func range(_ bucket: Int) -> Range<Int> { bucket * slots..<bucket * slots + ghostCounts[bucket] }

  private func find(_ key: Int) -> Int? {
    for slot in range(bucket(of: key)) where ghosts[slot].key == Int32(key) { return slot }
    return nil
  }

  private mutating func drop(_ slot: Int, _ bucket: Int) {
    ghosts[slot] = ghosts[range(bucket).upperBound - 1]
    ghostCounts[bucket] -= 1
  }

  /// Those that count no more.
  private mutating func dropStale(_ bucket: Int) {
    for slot in range(bucket).reversed() where !ghosts[slot].isMark && age(ghosts[slot]) > maxAge { drop(slot, bucket) }
  }

  private func readiness(_ ghost: Ghost) -> Int {
    if ghost.isMark { return .max }
    let age = age(ghost)
    return ghost.wasNewcomer ? age : age + maxAge + 1
  }
}
