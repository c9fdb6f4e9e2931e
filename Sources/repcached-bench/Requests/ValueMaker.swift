import MemcacheProtocol
import Platform

/// The value of a key: eight bytes that no other key has, then a piece of a pool of random bytes, which holds every
/// byte, line ends too. Nothing else decides it, so a reader can tell a wrong value from a right one.
///
///     | hash of the key, 8 bytes | pool[offset ..< offset + length - 8]          offset from the hash
struct ValueMaker: Sendable {
  private static let headCount = 8
  private static let offsets = 8192

  let sizes: ValueSizes
  private let pool: [UInt8]

  init(sizes: ValueSizes) {
    self.sizes = sizes
    // Always the same: values written by one run are read by another.
    var random = SplitMix(seed: 0x7265_7063)
    let count = sizes.largest + ValueMaker.offsets
    var pool: [UInt8] = []
    pool.reserveCapacity(count + 8)
    while pool.count < count {
      let word = random.next()
      for shift in 0..<8 { pool.append(UInt8(truncatingIfNeeded: word >> (8 * UInt64(shift)))) }
    }
    self.pool = pool
  }

  func size(_ index: UInt32) -> Int { sizes.size(of: hash(index)) }

  @inline(__always) func append(_ index: UInt32, to output: inout ByteBuffer) {
    let hash = hash(index)
    let size = sizes.size(of: hash)
    appendHead(hash, count: min(size, ValueMaker.headCount), to: &output)
    if size > ValueMaker.headCount { output.append(tail(hash, count: size &- ValueMaker.headCount)) }
  }

  @inline(__always) func matches(_ index: UInt32, _ bytes: Span<UInt8>) -> Bool {
    let hash = hash(index)
    guard bytes.count == sizes.size(of: hash) else { return false }
    var head = hash
    for position in 0..<min(bytes.count, ValueMaker.headCount) {
      guard bytes[position] == UInt8(truncatingIfNeeded: head) else { return false }
      head &>>= 8
    }
    guard bytes.count > ValueMaker.headCount else { return true }
    let rest = bytes.extracting(ValueMaker.headCount..<bytes.count)
    return rest.isEqual(to: tail(hash, count: rest.count))
  }

  @inline(__always) private func appendHead(_ hash: UInt64, count: Int, to output: inout ByteBuffer) {
    var head = hash
    for _ in 0..<count {
      output.append(UInt8(truncatingIfNeeded: head))
      head &>>= 8
    }
  }

  @inline(__always) @_lifetime(borrow self) private func tail(_ hash: UInt64, count: Int) -> Span<UInt8> {
    let offset = Int(truncatingIfNeeded: hash >> 16) & (ValueMaker.offsets - 1)
    return pool.span.extracting(offset..<(offset &+ count))
  }

  @inline(__always) private func hash(_ index: UInt32) -> UInt64 {
    SplitMix.mixed(UInt64(index) &+ 0x9e37_79b9_7f4a_7c15)
  }
}
