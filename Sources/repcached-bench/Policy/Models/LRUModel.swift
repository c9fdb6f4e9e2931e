/// The least recently used goes.
final class LRUModel: CacheModel {
  private let capacity: Int
  private var list: KeyList
  private var isHeld: [Bool]

  init(capacity: Int, keyCount: Int) {
    self.capacity = capacity
    list = KeyList(keyCount: keyCount)
    isHeld = Array(repeating: false, count: keyCount)
  }

  func get(_ key: Int) -> Bool {
    guard isHeld[key] else { return false }
    list.remove(key)
    list.append(key)
    return true
  }

  func set(_ key: Int) {
    if get(key) { return }
    if list.count == capacity { isHeld[list.removeFirst()] = false }
    list.append(key)
    isHeld[key] = true
  }

  func holds(_ key: Int) -> Bool { isHeld[key] }
}
