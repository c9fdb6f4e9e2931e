/// The eviction of the store, for one slab class: see the essays at `Evictor` and `SlabAllocator+Newcomers`.
///
/// ```
///   slots    [new 0][old 2][old 0][new 1][old 1][new 0][new 0] …(round)
///     young hand ▲                 old hand ▲
/// ```
///
/// What differs: objects are of one size and stand in one ring, not in pages; no ghost is taken for another's; nothing is
/// deleted, expires or is held by a lock.
final class StoreModel: CacheModel {
  let parameters: PolicyParameters
  let capacity: Int

  // By slot.
  var keys: [Int32]
  var uses: [UInt8]
  var isNewcomer: [Bool]
  /// By key; -1: not held.
  var slots: [Int32]
  var heldCount = 0
  var newcomerCount = 0
  var youngHand = 0
  var oldHand = 0
  /// The slot of the item promoted last, until the old hand has freed one.
  var promoted = -1

  /// Newcomers granted beyond their share.
  private(set) var granted = 0.0
  /// Of those evicted lately, the part that were old.
  private var oldShare = 0.5
  private var evictedOfTick = 0
  private var ghosts: GhostTable

  init(_ parameters: PolicyParameters = PolicyParameters(), capacity: Int, keyCount: Int) {
    self.parameters = parameters
    self.capacity = capacity
    keys = Array(repeating: -1, count: capacity)
    uses = Array(repeating: 0, count: capacity)
    isNewcomer = Array(repeating: false, count: capacity)
    slots = Array(repeating: -1, count: keyCount)
    ghosts = GhostTable(capacity: capacity, parameters)
  }

  func holds(_ key: Int) -> Bool { slots[key] >= 0 }

  func get(_ key: Int) -> Bool {
    if noteUse(key) { return true }
    if let ghost = ghosts.observeMiss(key), parameters.missesCount == 1 { recordRefault(ghost) }
    return false
  }

  func set(_ key: Int) {
    if noteUse(key) { return }
    let isFilling = heldCount < capacity
    let slot = isFilling ? heldCount : freeSlot()
    if isFilling { heldCount += 1 }
    keys[slot] = Int32(key)
    slots[key] = Int32(slot)
    let ghost = ghosts.insert(key)
    if let ghost, parameters.missesCount == 0 || !ghost.isSeen { recordRefault(ghost) }
    uses[slot] = hasBeenAsked(ghost) ? 1 : 0
    let isOld = hasPassed(ghost) || isFilling && isOldAtFill
    isNewcomer[slot] = !isOld
    newcomerCount += isOld ? 0 : 1
  }

  private func noteUse(_ key: Int) -> Bool {
    let slot = Int(slots[key])
    if slot < 0 { return false }
    uses[slot] = min(uses[slot] + 1, UInt8(parameters.maxUses))
    return true
  }

  /// Whether what comes is old at once, for it comes back over its ghost.
  private func hasPassed(_ ghost: GhostTable.Ghost?) -> Bool {
    guard let ghost, !ghost.isMark else { return false }
    return (ghost.wasNewcomer ? parameters.newcomerReturnsOld : parameters.oldReturnsOld) == 1
  }

  /// Whether a get had missed what comes now, and it has to prove itself.
  private func hasBeenAsked(_ ghost: GhostTable.Ghost?) -> Bool {
    guard let ghost, ghost.isSeen, !hasPassed(ghost) else { return false }
    return parameters.missesAreUses == 1
  }

  private var isOldAtFill: Bool { Double(newcomerCount) > (1 - parameters.oldAtFill) * Double(heldCount) }

  // MARK: The share of newcomers

  var hasManyNewcomers: Bool {
    Double(newcomerCount) > minNewcomers + granted || newcomerCount >= capacity
  }

  private var minNewcomers: Double { (parameters.newcomersShare * Double(capacity)).rounded(.down) }

  func noteEviction(of key: Int, wasNewcomer: Bool) {
    let weight = min(8 / Double(capacity), 1)
    oldShare += ((wasNewcomer ? 0 : 1) - oldShare) * weight
    evictedOfTick += 1
    if evictedOfTick * Int(parameters.ticksPerTurn) >= capacity {
      evictedOfTick = 0
      ghosts.advance()
    }
    ghosts.remove(key, wasNewcomer: wasNewcomer)
  }

  private func recordRefault(_ ghost: GhostTable.Ghost) {
    if ghost.isMark { return }
    let share = ghost.wasNewcomer ? 1 - oldShare : oldShare
    let isNear = Double(ghosts.age(ghost)) * share <= parameters.ticksPerTurn * parameters.nearShare
    if ghost.wasNewcomer {
      let step = isNear ? parameters.nearStep : isNoneUsed(areNewcomers: false) ? parameters.farStep : 0
      granted = min(granted + step, Double(capacity) - minNewcomers)
    } else {
      let step = isNear ? parameters.oldStep : isNoneUsed(areNewcomers: true) ? parameters.farOldStep : 0
      granted = max(granted - step, 0)
    }
  }
}
