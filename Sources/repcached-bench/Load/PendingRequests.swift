/// What a connection has sent and has no answer to yet, in order: a ring of `depth` requests with room for the keys
/// of each, allocated once.
///
/// `answered` counts the keys of the first request that are settled: found, or passed over by a later key's answer.
struct PendingRequests {
  private let depth: Int
  private let keysPerGet: Int
  private var first = 0
  private(set) var count = 0
  private(set) var answered = 0
  private var kinds: [RequestKind]
  private var starts: [UInt64]
  private var keys: [UInt32]

  init(depth: Int, keysPerGet: Int) {
    self.depth = depth
    self.keysPerGet = keysPerGet
    kinds = Array(repeating: .get, count: depth)
    starts = Array(repeating: 0, count: depth)
    keys = Array(repeating: 0, count: depth * keysPerGet)
  }

  var isEmpty: Bool { count == 0 }

  /// Of the request that is answered next.
  var kind: RequestKind { kinds[first] }
  var start: UInt64 { starts[first] }
  var keyCount: Int { kind == .get ? keysPerGet : 1 }
  /// The key whose answer may come next; only while `answered` is below `keyCount`.
  var nextKey: UInt32 { keys[first &* keysPerGet &+ answered] }

  mutating func add(_ kind: RequestKind, start: UInt64) {
    let last = place(count)
    kinds[last] = kind
    starts[last] = start
    count &+= 1
  }

  /// Notes a key of the request added last.
  mutating func setKey(_ position: Int, _ key: UInt32) {
    keys[place(count &- 1) &* keysPerGet &+ position] = key
  }

  mutating func settleKey() { answered &+= 1 }

  mutating func removeFirst() {
    first = place(1)
    count &-= 1
    answered = 0
  }

  @inline(__always) private func place(_ offset: Int) -> Int {
    let sum = first &+ offset
    return sum < depth ? sum : sum &- depth
  }
}
