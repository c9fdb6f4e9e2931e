/// The chunk sizes of the slab classes, and which class a size belongs to.
///
/// The smallest chunk is `-n`; each next is `-f` times as large, rounded up to the granule of references; the largest
/// is half a page, or `-o slab_chunk_max`. What is larger is chained. As memcached has it, there is no class that the largest
/// is not at least `-f` times as large as. The growth is computed on real numbers, so rounding does not add up:
/// with the defaults 40, 48, 64, 72, … 144, … 1072, … 524288, which waste least on the item sizes that are usual
/// (docs/benchmarks.md, "Memory").
struct SlabClassSizes: Sendable {
  /// Chunk sizes in bytes; the index is the class. Class 0 is none of them.
  let sizes: [Int]
  private let classes: [UInt8]
  private let granuleShift: Int

  /// What a `Ghost` counts.
  static let mostClasses = 127

  /// - Parameter factor: one so near to 1 that it asks for more than `mostClasses` is taken as a greater one.
  init(smallest: Int, factor: Double, largest: Int, granuleShift: Int) {
    var factor = factor > 1.01 ? factor : 1.01
    var sizes = Self.sizes(smallest, factor, largest, granule: 1 << granuleShift)
    while sizes.count > Self.mostClasses {
      factor *= 1.01
      sizes = Self.sizes(smallest, factor, largest, granule: 1 << granuleShift)
    }
    self.sizes = sizes
    self.granuleShift = granuleShift
    classes = Self.table(sizes: sizes, largest: largest, shift: granuleShift)
  }

  private static func sizes(_ smallest: Int, _ factor: Double, _ largest: Int, granule: Int) -> [Int] {
    let roundUp = { (size: Int) in (size + granule - 1) & ~(granule - 1) }
    var sizes = [0]
    var exact = Double(max(smallest, ItemPointer.headerCount + granule))
    while exact < Double(largest) / factor {
      let size = roundUp(Int(exact.rounded(.up)))
      if size > sizes[sizes.count - 1], size < largest { sizes.append(size) }
      exact *= factor
    }
    sizes.append(largest)
    return sizes
  }

  private static func table(sizes: [Int], largest: Int, shift: Int) -> [UInt8] {
    var classes = [UInt8](repeating: 0, count: (largest >> shift) + 1)
    var current = 1
    for slot in 1..<classes.count {
      while sizes[current] < slot << shift { current += 1 }
      classes[slot] = UInt8(current)
    }
    classes[0] = 1
    return classes
  }

  var largest: Int { sizes[sizes.count - 1] }
  /// Bytes of a chained item's value that every piece but the last holds.
  var pieceCapacity: Int { largest - ItemPointer.headerCount }
  var count: Int { sizes.count - 1 }

  /// The class whose chunks hold `size` bytes with the least waste, or nil where no chunk is large enough.
  func slabClass(for size: Int) -> UInt8? {
    let slot = (size &+ (1 &<< granuleShift) &- 1) &>> granuleShift
    return slot < classes.count ? classes[slot] : nil
  }
}
