/// A chained item: one that is too large for a chunk. Its head is a chunk with a table in place of the value, and the
/// value lies in pieces, each in a chunk of its own.
///
/// ```
///  head   header 20  key …  (to a multiple of 4)  capacity 4  piece 4  piece 4  …  client flags 4  extension 32
///                                                    │           │        └──▶ header 20  the rest of the value
///                                                    │           └──▶ header 20  value, capacity bytes
///                                                    └ bytes of the value in every piece but the last
/// ```
///
/// The capacity is what the largest chunk holds, which is configured (`-o slab_chunk_max`). Each head says it again, so
/// whoever has an item can read it without knowing the store, and what is not chained pays nothing for it.
///
/// A piece's header has the owner's reference in place of a stamp. A head has client flags also where they are 0: so a
/// reader who looks for items without flags, the most of them, need not ask whether an item is chained.
extension ItemPointer {
  /// Makes this the head of a chained item without pieces. The key must have been set.
  func chain(valueCount: Int, clientFlags: UInt32, pieceCapacity: Int) {
    insert(ItemState.chained)
    unsafe tableStart.storeBytes(of: UInt32(truncatingIfNeeded: pieceCapacity), as: UInt32.self)
    valueWord = UInt32(truncatingIfNeeded: valueCount) | Self.flagsBit
    for number in 0..<pieceCount { setPiece(number, 0) }
    unsafe raw.storeBytes(of: clientFlags, toByteOffset: contentCount, as: UInt32.self)
  }

  var pieceCapacity: Int { unsafe Int(tableStart.load(as: UInt32.self)) }

  var pieceCount: Int { Self.pieceCount(valueCount: valueCount, capacity: pieceCapacity) }

  private static func pieceCount(valueCount: Int, capacity: Int) -> Int { (valueCount + capacity - 1) / capacity }

  /// 0: not yet filled.
  func piece(_ number: Int) -> UInt32 { unsafe tableStart.load(fromByteOffset: 4 + number * 4, as: UInt32.self) }

  func setPiece(_ number: Int, _ reference: UInt32) {
    unsafe tableStart.storeBytes(of: reference, toByteOffset: 4 + number * 4, as: UInt32.self)
  }

  /// In a piece: the chunk of the chained item it belongs to.
  var owner: UInt32 {
    get { UInt32(truncatingIfNeeded: fresh.rawValue) }
    nonmutating set { fresh = Stamp(rawValue: UInt64(newValue)) }
  }

  // MARK: Sizes

  private var tableStart: UnsafeMutableRawPointer { unsafe raw + Self.tableOffset(keyCount: keyCount) }

  private static func tableOffset(keyCount: Int) -> Int { (headerCount + keyCount + 3) & ~3 }

  /// Where the table ends, counted from the head's beginning.
  var tableEnd: Int { Self.tableOffset(keyCount: keyCount) + 4 + 4 * pieceCount }

  /// Bytes of a chunk that holds a head.
  static func headSize(keyCount: Int, valueCount: Int, pieceCapacity: Int) -> Int {
    tableOffset(keyCount: keyCount) + 4 + 4 * pieceCount(valueCount: valueCount, capacity: pieceCapacity) + 4
      + maxExtension
  }

  /// The longest value whose head fits a chunk, whatever the key.
  static func maxValueCount(maxChunkSize: Int) -> Int {
    let pieces = (maxChunkSize - headSize(keyCount: Keyspace.maxKeyCount, valueCount: 0, pieceCapacity: 1)) / 4
    return max(pieces, 0) * (maxChunkSize - headerCount)
  }
}
