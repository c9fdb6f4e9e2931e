/// ARC (Megiddo, Modha: ARC, a self-tuning, low overhead replacement cache, FAST 2003).
///
/// ```
///   ghosts of once (B1) ◀── asked for once (T1)  |  more often (T2) ──▶ ghosts of often (B2)
///                                             target
/// ```
///
/// `target` is how many of those asked for once are to be held: a key that comes back from B1 raises it, one from B2 lowers it.
final class ARCModel: CacheModel {
  private enum Place: UInt8, CaseIterable { case none, once, often, ghostOfOnce, ghostOfOften }
  private let capacity: Int
  private var target = 0
  private var lists: [KeyList]
  private var place: [Place]

  init(capacity: Int, keyCount: Int) {
    self.capacity = capacity
    lists = Array(repeating: KeyList(keyCount: keyCount), count: Place.allCases.count)
    place = Array(repeating: .none, count: keyCount)
  }

  func holds(_ key: Int) -> Bool { place[key] == .once || place[key] == .often }

  func get(_ key: Int) -> Bool {
    guard holds(key) else { return false }
    move(key, to: .often)
    return true
  }

  func set(_ key: Int) {
    if get(key) { return }
    let (once, often) = (count(.ghostOfOnce), count(.ghostOfOften))
    switch place[key] {
    case .ghostOfOnce:
      target = min(capacity, target + max(often / once, 1))
      replace(forGhostOfOften: false)
      move(key, to: .often)
    case .ghostOfOften:
      target = max(0, target - max(once / often, 1))
      replace(forGhostOfOften: true)
      move(key, to: .often)
    default:
      makeRoom()
      move(key, to: .once)
    }
  }

  private func count(_ place: Place) -> Int { lists[Int(place.rawValue)].count }

  private func move(_ key: Int, to new: Place) {
    if place[key] != .none { lists[Int(place[key].rawValue)].remove(key) }
    place[key] = new
    if new != .none { lists[Int(new.rawValue)].append(key) }
  }

  private func moveFirst(of old: Place, to new: Place) {
    let first = Int(lists[Int(old.rawValue)].first)
    if first >= 0 { move(first, to: new) }
  }

  /// For a key of which nothing is known: at most as many keys as fit are known of those asked for once, twice as many in all.
  private func makeRoom() {
    let once = count(.once) + count(.ghostOfOnce)
    if once == capacity {
      if count(.once) == capacity { return moveFirst(of: .once, to: .none) }
      moveFirst(of: .ghostOfOnce, to: .none)
      return replace(forGhostOfOften: false)
    }
    let all = once + count(.often) + count(.ghostOfOften)
    if all < capacity { return }
    if all == 2 * capacity { moveFirst(of: .ghostOfOften, to: .none) }
    replace(forGhostOfOften: false)
  }

  private func replace(forGhostOfOften: Bool) {
    let once = count(.once)
    if once + count(.often) < capacity { return }
    if once > 0, once > target || forGhostOfOften && once == target || count(.often) == 0 {
      return moveFirst(of: .once, to: .ghostOfOnce)
    }
    moveFirst(of: .often, to: .ghostOfOften)
  }
}
