/// Paul Hsieh's SuperFastHash with seed 0. The last byte of three that are left over has a sign, a single one has none.
func superFastHash(_ key: Span<UInt8>) -> UInt32 {
  var hash: UInt32 = 0
  var start = 0
  while key.count &- start >= 4 {
    hash &+= key.littleEndian(at: start, count: 2)
    hash = hash << 16 ^ key.littleEndian(at: start &+ 2, count: 2) << 11 ^ hash
    hash &+= hash >> 11
    start &+= 4
  }
  addTail(key, from: start, to: &hash)
  return avalanched(hash)
}

private func addTail(_ key: Span<UInt8>, from start: Int, to hash: inout UInt32) {
  switch key.count &- start {
  case 3:
    hash &+= key.littleEndian(at: start, count: 2)
    hash ^= hash << 16
    hash ^= key[start &+ 2].signExtended << 18
    hash &+= hash >> 11
  case 2:
    hash &+= key.littleEndian(at: start, count: 2)
    hash ^= hash << 11
    hash &+= hash >> 17
  case 1:
    hash &+= UInt32(key[start])
    hash ^= hash << 10
    hash &+= hash >> 1
  default: break
  }
}

private func avalanched(_ value: UInt32) -> UInt32 {
  var hash = value
  hash ^= hash << 3
  hash &+= hash >> 5
  hash ^= hash << 4
  hash &+= hash >> 17
  hash ^= hash << 25
  return hash &+ hash >> 6
}
