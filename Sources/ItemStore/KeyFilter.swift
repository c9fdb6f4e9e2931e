import Platform
import SystemPackage

/// Which keys there have been, by seven bits of each: a Bloom filter over the hashes that the index has at hand.
///
/// It takes some keys for others, but is steady: what it contains it contains until it is cleared, however many more come. With
/// ten bits a key one in a hundred is taken for another; beyond that it gets coarser and never full. Without a bit it
/// contains every key.
///
/// Its memory is reserved from the start, and touched where a key comes. Locks: its owner's; `clear` makes a system call, so it
/// is for whoever holds none, while nobody else uses the filter.
@safe final class KeyFilter: @unchecked Sendable {
  let bitCount: Int
  /// Keys that have come; one that comes twice, or is taken for another, counts once.
  var count = 0
  private let region: MappedRegion
  private let words: UnsafeMutablePointer<UInt64>

  static let bitsPerKey = 7

  var wordCount: Int { region.byteCount / 8 }

  init(bitCount: Int) throws(StoreError) {
    self.bitCount = bitCount
    do { region = try MappedRegion.committed((bitCount + 63) / 64 * 8) } catch { throw .memory(error.description) }
    unsafe words = region.baseAddress.assumingMemoryBound(to: UInt64.self)
  }

  func insert(_ hash: UInt64) {
    var isNew = false
    forEachBit(hash) { word, mask in
      isNew = unsafe isNew || words[word] & mask == 0
      unsafe words[word] |= mask
      return true
    }
    if isNew { count += 1 }
  }

  func contains(_ hash: UInt64) -> Bool {
    var isThere = true
    forEachBit(hash) { word, mask in
      isThere = unsafe words[word] & mask != 0
      return isThere
    }
    return isThere
  }

  /// Adds the keys of another of the same size, as far as they are in some of its words. `count` is the caller's to add.
  func formUnion(_ other: KeyFilter, words range: Range<Int>) {
    for word in range.clamped(to: 0..<wordCount) {
      let bits = unsafe other.words[word]
      // What was never touched stays so.
      if bits != 0 { unsafe words[word] |= bits }
    }
  }

  func clear() {
    count = 0
    // The kernel gives the memory back as zeros; where it will not, they are written.
    if (try? region.decommit(offset: 0, count: region.byteCount)) != nil { return }
    unsafe words.update(repeating: 0, count: region.byteCount / 8)
  }

  /// The places of a key: two numbers made of its hash, the second added to the first again and again.
  @inline(__always) private func forEachBit(_ hash: UInt64, _ body: (Int, UInt64) -> Bool) {
    if bitCount == 0 { return }
    let mixed = hash.multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
    let step = (mixed.high ^ mixed.low) | 1
    var place = hash ^ mixed.low
    for _ in 0..<Self.bitsPerKey {
      let bit = Int(truncatingIfNeeded: place.multipliedFullWidth(by: UInt64(bitCount)).high)
      if !body(bit >> 6, 1 << UInt64(bit & 63)) { return }
      place &+= step
    }
  }
}
