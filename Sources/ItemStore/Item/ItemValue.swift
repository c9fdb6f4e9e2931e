/// The bytes of an item's value, inline or in pieces. For holders of the stripe lock or a pin.
struct ItemValue {
  let item: ItemPointer
  let memory: ChunkMemory
  let count: Int

  /// For holders of the stripe lock, or of an item that nobody can find.
  init(_ item: ItemPointer, _ memory: ChunkMemory) { self.init(item, memory, count: item.valueCount) }

  /// For holders of a pin, who know the count from when they took it.
  init(_ item: ItemPointer, _ memory: ChunkMemory, count: Int) {
    self.item = item
    self.memory = memory
    self.count = count
  }

  func forEachPiece(from offset: Int, _ body: (UnsafeRawBufferPointer) -> Bool) {
    var position = offset
    while position < count {
      let run = unsafe run(at: position)
      if unsafe !body(run) { return }
      position += run.count
    }
  }

  /// The bytes from `offset`, which lies in the value, to the end of the chunk that holds them.
  func run(at offset: Int) -> UnsafeRawBufferPointer {
    let rest = count - offset
    if !item.state.isChained { return unsafe UnsafeRawBufferPointer(start: item.valueStart + offset, count: rest) }
    let capacity = item.pieceCapacity
    let piece = memory.item(item.piece(offset / capacity))
    let within = offset % capacity
    let start = unsafe piece.raw + ItemPointer.headerCount + within
    return unsafe UnsafeRawBufferPointer(start: start, count: min(capacity - within, rest))
  }

  /// -1, 0 or 1 as this value sorts before, with or after the other, byte by byte, then by length.
  func compare(with other: ItemValue) -> Int {
    let common = min(count, other.count)
    var position = 0
    while position < common {
      let left = unsafe run(at: position)
      let right = unsafe other.run(at: position)
      let length = min(left.count, right.count, common - position)
      for index in 0..<length where unsafe left[index] != right[index] {
        return unsafe left[index] < right[index] ? -1 : 1
      }
      position += length
    }
    return (count - other.count).signum()
  }
}
