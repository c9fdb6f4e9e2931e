/// The two hands: which item goes when a slot is needed.
extension StoreModel {
  /// Evicts one, and returns where the newcomer is to stand.
  func freeSlot() -> Int {
    while true {
      if let slot = hasManyNewcomers ? stepYoungHand() : stepOldHand() { return slot }
    }
  }

  /// A newcomer that was used is old from now on; else it goes.
  private func stepYoungHand() -> Int? {
    let slot = next(&youngHand, newcomers: true)
    if Double(uses[slot]) >= parameters.proof {
      uses[slot] = UInt8(Double(uses[slot]) * parameters.usesKept)
      isNewcomer[slot] = false
      newcomerCount -= 1
      promoted = slot
      return nil
    }
    isNewcomer[slot] = false
    newcomerCount -= 1
    evict(slot, wasNewcomer: true)
    return slot
  }

  /// An old item goes when its counter has come to 0.
  private func stepOldHand() -> Int? {
    let slot = next(&oldHand, newcomers: false)
    if uses[slot] > 0 {
      uses[slot] -= 1
      return nil
    }
    evict(slot, wasNewcomer: false)
    return parameters.keepsOrder == 1 ? exchange(slot) : slot
  }

  /// Moves the item promoted last into the slot that the old hand has freed, and returns that one's place.
  private func exchange(_ freed: Int) -> Int {
    let place = promoted
    promoted = -1
    if place < 0 || place == freed { return freed }
    keys[freed] = keys[place]
    uses[freed] = uses[place]
    slots[Int(keys[freed])] = Int32(freed)
    return place
  }

  private func evict(_ slot: Int, wasNewcomer: Bool) {
    let key = Int(keys[slot])
    slots[key] = -1
    noteEviction(of: key, wasNewcomer: wasNewcomer)
  }

  /// The next slot of a newcomer, or of an old item; there is one.
  private func next(_ hand: inout Int, newcomers: Bool) -> Int {
    while isNewcomer[hand] != newcomers { hand = following(hand) }
    defer { hand = following(hand) }
    return hand
  }

  private func following(_ slot: Int) -> Int { slot + 1 == capacity ? 0 : slot + 1 }

  /// Whether none of those that the hand of the old, or that of the newcomers, will come to next would be spared.
  func isNoneUsed(areNewcomers: Bool) -> Bool {
    let enough = areNewcomers ? parameters.proof : 1
    var (slot, left) = (areNewcomers ? youngHand : oldHand, Int(parameters.candidates))
    for _ in 0..<capacity where left > 0 {
      if isNewcomer[slot] == areNewcomers {
        if Double(uses[slot]) >= enough { return false }
        left -= 1
      }
      slot = following(slot)
    }
    return true
  }
}
