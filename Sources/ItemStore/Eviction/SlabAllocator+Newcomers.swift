/// How many newcomers a class has, and how many it grants: the share of newcomers follows what comes back.
///
/// A tenth of a class's items may be newcomers at any time. What it grants beyond that rises with each refault of a
/// newcomer that more newcomers would have kept, and falls with each refault of an old item that more old ones would
/// have kept:
///
/// ```
///   ◀── newcomers, in the order in which they came ──▶            ◀── ghosts of newcomers ──▶
///   [ tenth | granted ........................... ] ─ evicted ─▶ | near | far .............. |
///                                                                   +1     +2 if the old are unused
///   ◀── old, in the order of their hand ─────────▶               ◀── ghosts of the old ──────▶
///   [ ......................................... ] ─ evicted ───▶ | near | far .............. |
///                                                                   -2     -4 if no newcomer has proven itself
/// ```
///
/// **Near** is evicted not longer ago than a 32nd of the class has gone the same way since: one chunk more would be as
/// good as one near ghost more. So both sides are compared by what the next chunks would bring them, and popular items
/// are not purged by newcomers who would need much more memory than they could get.
///
/// **Far** ghosts of newcomers say that a much greater share would bring hits, which steps of one never reach. They
/// count where giving it costs nothing: none of the next `candidates` that the old hand would come to has been used. In
/// the same way far ghosts of the old count where none of the next newcomers has proven itself, as while a scan passes.
///
/// The numbers were chosen by the model of `make policy`. All under the class's lock.
extension SlabAllocator {
  /// A class may always have this part of its items as newcomers.
  private static let newcomersShare = 10
  /// The part of a class that counts as near.
  private static let nearShare: UInt32 = 32
  private static let nearStep = 1
  private static let farStep = 2
  private static let oldStep = 2
  private static let farOldStep = 4
  /// Items looked at, and steps to find them.
  private static let candidates = 32
  private static let maxLookSteps = 64
  /// Evictions that `oldShare` is a mean of: an eighth of the class.
  private static let shareHorizon: Float = 8

  func hasManyNewcomers(_ owner: UnsafeMutablePointer<SlabClass>) -> Bool {
    let (newcomers, used) = unsafe (owner.pointee.newcomers, owner.pointee.usedChunks)
    return unsafe newcomers > used / Self.newcomersShare + owner.pointee.grantedNewcomers || newcomers >= used
  }

  /// A live item was evicted, for what may evict nothing younger than `limit`: ghosts are older by it.
  func noteEviction(_ slabClass: UInt8, isNewcomer: Bool, upTo limit: Stamp) {
    let owner = unsafe classes + Int(slabClass)
    unsafe owner.pointee.evictedUpTo = limit
    let used = unsafe owner.pointee.usedChunks
    let weight = min(Self.shareHorizon / Float(max(used, 1)), 1)
    unsafe owner.pointee.oldShare += ((isNewcomer ? 0 : 1) - owner.pointee.oldShare) * weight
    unsafe owner.pointee.evictedOfTick += 1
    if unsafe owner.pointee.evictedOfTick * Ghost.ticksPerTurn < used { return }
    unsafe owner.pointee.evictedOfTick = 0
    ghostClock.advance(slabClass)
  }

  /// A key was asked for, or came back, soon after it was evicted. Takes the class's lock; may be called under a
  /// stripe's.
  ///
  /// - Parameter uses: of the item of a chunk, since its hand came by.
  func recordRefault(_ ghost: Ghost, uses: (UInt32) -> UInt16) {
    let slabClass = ghost.slabClass
    guard slabClass > 0, Int(slabClass) <= classCount else { return }
    lock(slabClass)
    defer { unlock(slabClass) }
    let owner = unsafe classes + Int(slabClass)
    unsafe owner.pointee.refaults += 1
    let isNear = unsafe isNear(ghost, oldShare: owner.pointee.oldShare)
    let granted = unsafe owner.pointee.grantedNewcomers
    if ghost.wasNewcomer {
      let step = isNear ? Self.nearStep : isNoneUsed(slabClass, areNewcomers: false, uses) ? Self.farStep : 0
      let used = unsafe owner.pointee.usedChunks
      unsafe owner.pointee.grantedNewcomers = min(granted + step, used - used / Self.newcomersShare)
    } else {
      let step = isNear ? Self.oldStep : isNoneUsed(slabClass, areNewcomers: true, uses) ? Self.farOldStep : 0
      unsafe owner.pointee.grantedNewcomers = max(granted - step, 0)
    }
  }

  /// The same, of a class that only held a part of the item.
  func countRefault(_ slabClass: UInt8) {
    lock(slabClass)
    unsafe classes[Int(slabClass)].refaults += 1
    unlock(slabClass)
  }

  /// Ticks count all evictions of the class; what went the same way is the ghost's own part of them.
  private func isNear(_ ghost: Ghost, oldShare: Float) -> Bool {
    let share = ghost.wasNewcomer ? 1 - oldShare : oldShare
    return Float(ghost.age(by: ghostClock)) * share <= Float(Ghost.ticksPerTurn) / Float(Self.nearShare)
  }

  /// Whether the hand of the old, or that of the newcomers, would come to nobody that it would spare.
  private func isNoneUsed(_ slabClass: UInt8, areNewcomers: Bool, _ uses: (UInt32) -> UInt16) -> Bool {
    let enough = areNewcomers ? ItemState.proof : 1
    var left = Self.candidates
    var isNone = true
    lookAhead(slabClass, steps: Self.maxLookSteps, newcomers: areNewcomers) { chunk in
      isNone = uses(chunk) < enough
      left -= 1
      return isNone && left > 0
    }
    return isNone
  }

  // MARK: Who is a newcomer

  func isNewcomer(_ reference: UInt32, _ slabClass: UInt8) -> Bool {
    let chunk = unsafe classes[Int(slabClass)].chunk(at: memory.offset(of: reference))
    return newcomers.contains(memory.page(of: reference), chunk)
  }

  func addNewcomer(_ reference: UInt32, _ owner: UnsafeMutablePointer<SlabClass>) {
    let page = memory.page(of: reference)
    unsafe newcomers.insert(page, owner.pointee.chunk(at: memory.offset(of: reference)))
    unsafe owner.pointee.newcomers += 1
  }

  /// The chunk is free, or its item known well enough.
  func removeNewcomer(_ reference: UInt32, _ owner: UnsafeMutablePointer<SlabClass>) {
    let page = memory.page(of: reference)
    let chunk = unsafe owner.pointee.chunk(at: memory.offset(of: reference))
    if !newcomers.contains(page, chunk) { return }
    newcomers.remove(page, chunk)
    unsafe owner.pointee.newcomers -= 1
  }

  /// The young hand found the item used: from now on it is old.
  func promote(_ reference: UInt32, _ slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    unsafe removeNewcomer(reference, owner)
    unsafe owner.pointee.promoted = reference
  }

  /// The chunk of the item promoted last, where the class still has it and hands it out; it is told once.
  func takePromoted(_ slabClass: UInt8) -> UInt32? {
    let owner = unsafe classes + Int(slabClass)
    let reference = unsafe owner.pointee.promoted
    unsafe owner.pointee.promoted = 0
    if reference == 0 { return nil }
    let page = memory.page(of: reference)
    return unsafe pages[page].slabClass == slabClass && !pages[page].isMoving ? reference : nil
  }

  /// The item is a newcomer no more. Takes the class's lock; may be called under a stripe's.
  func endProbation(_ reference: UInt32, _ slabClass: UInt8) {
    lock(slabClass)
    unsafe removeNewcomer(reference, classes + Int(slabClass))
    unlock(slabClass)
  }

  /// An item that moved is as new as it was.
  func copyNewcomerStatus(of target: UInt32, as source: UInt32, _ slabClass: UInt8) {
    let owner = unsafe classes + Int(slabClass)
    unsafe removeNewcomer(target, owner)
    if isNewcomer(source, slabClass) { unsafe addNewcomer(target, owner) }
  }
}
