import Platform

/// To whom the keys of one retrieval go: a list of keys for each backend.
///
/// ```
///   touched   2 0 1            backends, in the order in which they first had a key
///   head      [0: 1, 1: 4, 2: 0]
///   next      [0: 3, 1: 2, …]  of the same backend
/// ```
struct RetrievalRoutes: ~Copyable {
  private var head: FixedArray<Int32>
  private var tail: FixedArray<Int32>
  private var next: FixedArray<Int32>
  private var touched: FixedArray<Int32>
  /// Of each key: which connection among those to its backend.
  private var hashes: FixedArray<UInt32>
  private(set) var touchedCount = 0

  init(backends: Int, keys: Int) {
    head = FixedArray(repeating: -1, count: backends)
    tail = FixedArray(repeating: -1, count: backends)
    touched = FixedArray(repeating: -1, count: backends)
    next = FixedArray(repeating: -1, count: keys)
    hashes = FixedArray(repeating: 0, count: keys)
  }

  mutating func add(_ key: Int, _ hash: UInt32, to backend: Int) {
    next[key] = -1
    hashes[key] = hash
    if head[backend] < 0 {
      head[backend] = Int32(truncatingIfNeeded: key)
      touched[touchedCount] = Int32(truncatingIfNeeded: backend)
      touchedCount += 1
    } else {
      next[Int(tail[backend])] = Int32(truncatingIfNeeded: key)
    }
    tail[backend] = Int32(truncatingIfNeeded: key)
  }

  func backend(_ number: Int) -> Int { Int(touched[number]) }
  func firstKey(of backend: Int) -> Int? { head[backend] < 0 ? nil : Int(head[backend]) }
  func key(after key: Int) -> Int? { next[key] < 0 ? nil : Int(next[key]) }
  func hash(of key: Int) -> UInt32 { hashes[key] }

  mutating func clear() {
    for number in 0..<touchedCount { head[Int(touched[number])] = -1 }
    touchedCount = 0
  }
}
