/// Keys in the order of a queue, each in it at most once: links in two arrays that are indexed by key.
struct KeyList {
  private var next: [Int32]
  private var previous: [Int32]
  /// The key that came first; -1: none.
  private(set) var first: Int32 = -1
  private var last: Int32 = -1
  private(set) var count = 0

  /// - Parameter keyCount: keys are numbered below it.
  init(keyCount: Int) {
    next = Array(repeating: -1, count: keyCount)
    previous = next
  }

  mutating func append(_ key: Int) {
    let key = Int32(key)
    previous[Int(key)] = last
    next[Int(key)] = -1
    if last >= 0 { next[Int(last)] = key } else { first = key }
    last = key
    count += 1
  }

  mutating func remove(_ key: Int) {
    let (before, after) = (previous[key], next[key])
    if before >= 0 { next[Int(before)] = after } else { first = after }
    if after >= 0 { previous[Int(after)] = before } else { last = before }
    count -= 1
  }

  mutating func removeFirst() -> Int {
    let key = Int(first)
    remove(key)
    return key
  }
}
