/// S3-FIFO (Yang, Zhang, Qiu, Yue, Vigfusson: FIFO queues are all you need for cache eviction, SOSP 2023).
///
/// ```
///   new ─▶ small, a tenth ──used twice──▶ main ──▶ goes round while it was used, each time for one use
///               └─ else ─▶ ghost queue          ◀── straight into main, if it comes back while its ghost stands
/// ```
///
/// As libCacheSim 0.3.5 has it: nine tenths as many ghosts as objects, two uses in the small queue to get on; and until something
/// was evicted for the first time, what the small queue has no room for is main at once.
final class S3FIFOModel: CacheModel {
  private enum Place: UInt8 { case none, small, main, ghost }
  private static let usesToStay = 2
  private static let maxUses: UInt8 = 3
  private let smallLimit: Int
  private let mainLimit: Int
  private let ghostLimit: Int
  private var hasEvicted = false
  private var small: KeyList
  private var main: KeyList
  private var ghosts: KeyList
  private var place: [Place]
  private var uses: [UInt8]

  init(capacity: Int, keyCount: Int) {
    smallLimit = max(capacity / 10, 1)
    mainLimit = capacity - smallLimit
    ghostLimit = capacity * 9 / 10
    small = KeyList(keyCount: keyCount)
    main = small
    ghosts = small
    place = Array(repeating: .none, count: keyCount)
    uses = Array(repeating: 0, count: keyCount)
  }

  func holds(_ key: Int) -> Bool { place[key] == .small || place[key] == .main }

  func get(_ key: Int) -> Bool {
    guard holds(key) else { return false }
    uses[key] = min(uses[key] + 1, Self.maxUses)
    return true
  }

  func set(_ key: Int) {
    if get(key) { return }
    let isReturn = place[key] == .ghost
    if isReturn { ghosts.remove(key) }
    place[key] = .none
    while small.count + main.count >= smallLimit + mainLimit { evict() }
    uses[key] = 0
    let isFirstFill = !hasEvicted && small.count >= smallLimit
    enter(key, isReturn || isFirstFill ? .main : .small)
  }

  private func enter(_ key: Int, _ new: Place) {
    place[key] = new
    if new == .main { main.append(key) } else { small.append(key) }
  }

  private func evict() {
    hasEvicted = true
    if main.count > mainLimit || small.count == 0 { evictFromMain() } else { evictFromSmall() }
  }

  /// Moves what was used on to the main queue, up to the first that was not.
  private func evictFromSmall() {
    while small.count > 0 {
      let key = small.removeFirst()
      if uses[key] < Self.usesToStay { return leaveGhost(key) }
      uses[key] = 0
      enter(key, .main)
    }
  }

  private func leaveGhost(_ key: Int) {
    place[key] = .none
    if ghostLimit == 0 { return }
    if ghosts.count == ghostLimit { place[ghosts.removeFirst()] = .none }
    place[key] = .ghost
    ghosts.append(key)
  }

  private func evictFromMain() {
    while main.count > 0 {
      let key = main.removeFirst()
      if uses[key] == 0 { return place[key] = .none }
      uses[key] -= 1
      main.append(key)
    }
  }
}
