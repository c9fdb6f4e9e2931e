/// Bob Jenkins' one-at-a-time.
func jenkinsOneAtATime(_ key: Span<UInt8>) -> UInt32 {
  var hash: UInt32 = 0
  for index in key.indices {
    hash &+= key[index].signExtended
    hash &+= hash << 10
    hash ^= hash >> 6
  }
  hash &+= hash << 3
  hash ^= hash >> 11
  return hash &+ hash << 15
}

/// Bob Jenkins' lookup3 (`hashlittle`), with the seed that libmemcached and twemproxy give it.
func lookup3(_ key: Span<UInt8>) -> UInt32 {
  var state = Lookup3(seed: 0xdead_beef &+ UInt32(truncatingIfNeeded: key.count) &+ 13)
  var start = 0
  while key.count &- start > 12 {
    state.add(key, from: start, count: 12)
    state.mix()
    start &+= 12
  }
  guard key.count > start else { return state.c }
  state.add(key, from: start, count: key.count &- start)
  return state.finish()
}

private struct Lookup3 {
  var a, b, c: UInt32

  init(seed: UInt32) {
    a = seed
    b = seed
    c = seed
  }

  mutating func add(_ key: Span<UInt8>, from start: Int, count: Int) {
    a &+= key.littleEndian(at: start, count: min(count, 4))
    b &+= key.littleEndian(at: start &+ 4, count: min(max(count &- 4, 0), 4))
    c &+= key.littleEndian(at: start &+ 8, count: max(count &- 8, 0))
  }

  mutating func mix() {
    a = (a &- c) ^ rotated(c, 4)
    c &+= b
    b = (b &- a) ^ rotated(a, 6)
    a &+= c
    c = (c &- b) ^ rotated(b, 8)
    b &+= a
    a = (a &- c) ^ rotated(c, 16)
    c &+= b
    b = (b &- a) ^ rotated(a, 19)
    a &+= c
    c = (c &- b) ^ rotated(b, 4)
    b &+= a
  }

  mutating func finish() -> UInt32 {
    c = (c ^ b) &- rotated(b, 14)
    a = (a ^ c) &- rotated(c, 11)
    b = (b ^ a) &- rotated(a, 25)
    c = (c ^ b) &- rotated(b, 16)
    a = (a ^ c) &- rotated(c, 4)
    b = (b ^ a) &- rotated(a, 14)
    return (c ^ b) &- rotated(b, 24)
  }
}

@inline(__always)
func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word &<< bits | word &>> (32 &- bits) }
