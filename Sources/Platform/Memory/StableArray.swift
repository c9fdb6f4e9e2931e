// Elements that stay where they are born.
//
// Purpose. A worker holds its connections, ~Copyable structs, by a 32-bit index that libevent carries as the token. The
// array grows without moving anything, and the memory of a removed element is the next one's.
//
//    directory ──▶ | segment 0 | segment 1 | …            (only this table is reallocated)
//                       │
//                       ▼
//                  | occupied: 256 bits | slot 0 | slot 1 | … | slot 255 |
//                                           │
//                                           └ an element, or, when free, the index of the next free slot
//
// Invariants. A bit is set exactly when its slot holds an element. The free slots form one list, last freed first (it is
// still in the cache), ended by `noSlot`; `firstNeverUsed` and what is above it were never in the list.
// An index names an element until it is removed and may then name another.
// Locks: none; one owner. It must not know what it holds.

@safe @usableFromInline package struct StableArray<Element: ~Copyable>: ~Copyable {
  @usableFromInline typealias Segment = UnsafeMutableRawPointer

  @inlinable static var slotsPerSegment: Int { Int(segmentLength) }
  /// The same for the way to an element: an unsigned division by a power of two is a shift.
  @inlinable @inline(__always) static var segmentLength: UInt32 { 256 }
  @inlinable static var bitmapBytes: Int { slotsPerSegment / 8 }
  @inlinable static var noSlot: UInt32 { .max }

  /// Where slot 0 begins in a segment, and how far apart the slots are: room for an element or a free list's link.
  @inlinable static var firstSlot: Int {
    let alignment = MemoryLayout<Element>.alignment
    return (bitmapBytes + alignment - 1) / alignment * alignment
  }
  @inlinable static var slotStride: Int {
    let alignment = max(MemoryLayout<Element>.alignment, MemoryLayout<UInt32>.alignment)
    let size = max(MemoryLayout<Element>.size, MemoryLayout<UInt32>.size)
    return (size + alignment - 1) / alignment * alignment
  }

  @usableFromInline var directory: UnsafeMutablePointer<Segment>
  @usableFromInline var segmentCount: Int = 0
  var directoryCapacity: Int
  var firstFree = StableArray.noSlot
  var firstNeverUsed: UInt32 = 0
  package private(set) var count: Int = 0

  package init() {
    directoryCapacity = 4
    unsafe directory = .allocate(capacity: directoryCapacity)
  }

  deinit {
    var index: UInt32 = 0
    while index < firstNeverUsed {
      if isOccupied(index) { unsafe slot(index).deinitialize(count: 1) }
      index += 1
    }
    for segment in 0..<segmentCount { unsafe directory[segment].deallocate() }
    unsafe directory.deallocate()
  }

  @inlinable @inline(__always) package func isOccupied(_ index: UInt32) -> Bool {
    let segment = Int(index / StableArray.segmentLength)
    guard segment < segmentCount else { return false }
    let slot = index % StableArray.segmentLength
    let word = unsafe directory[segment].load(fromByteOffset: Int(slot / 32) &* 4, as: UInt32.self)
    return UInt32(littleEndian: word) &>> (slot % 32) & 1 != 0
  }

  /// The element of an occupied index.
  @inlinable package subscript(_ index: UInt32) -> Element {
    _read {
      precondition(isOccupied(index), "no element has this index")
      yield unsafe slot(index).pointee
    }
    _modify {
      precondition(isOccupied(index), "no element has this index")
      yield unsafe &slot(index).pointee
    }
  }

  /// Lends the element of an occupied index, also to those who look at memory of its own.
  @inlinable package func with<Result: ~Copyable>(
    _ index: UInt32, _ body: (borrowing Element) -> Result
  ) -> Result {
    precondition(isOccupied(index), "no element has this index")
    return unsafe body(slot(index).pointee)
  }

  /// Visits the index of every element, in order.
  @inlinable package func forEachIndex(_ body: (UInt32) -> Void) {
    let end = UInt32(segmentCount * StableArray.slotsPerSegment)
    for index in 0..<end where isOccupied(index) { body(index) }
  }

  /// The index under which the element can be found from now on.
  package mutating func insert(_ element: consuming Element) -> UInt32 {
    let index = takeSlot()
    unsafe slot(index).initialize(to: element)
    mark(index, occupied: true)
    count += 1
    return index
  }

  /// Takes the element out; its index is free for another.
  package mutating func remove(_ index: UInt32) -> Element {
    precondition(isOccupied(index), "no element has this index")
    let element = unsafe slot(index).move()
    mark(index, occupied: false)
    unsafe UnsafeMutableRawPointer(slot(index)).storeBytes(of: firstFree, as: UInt32.self)
    firstFree = index
    count -= 1
    return element
  }

  @unsafe @inlinable @inline(__always) func slot(_ index: UInt32) -> UnsafeMutablePointer<Element> {
    let segment = unsafe directory[Int(index / StableArray.segmentLength)]
    let number = Int(index % StableArray.segmentLength)
    let offset = StableArray.firstSlot &+ number &* StableArray.slotStride
    return unsafe (segment + offset).assumingMemoryBound(to: Element.self)
  }

  private mutating func takeSlot() -> UInt32 {
    if firstFree != StableArray.noSlot {
      let index = firstFree
      firstFree = unsafe UnsafeMutableRawPointer(slot(index)).load(as: UInt32.self)
      return index
    }
    if Int(firstNeverUsed) == segmentCount * StableArray.slotsPerSegment { addSegment() }
    defer { firstNeverUsed += 1 }
    return firstNeverUsed
  }

  private mutating func addSegment() {
    if segmentCount == directoryCapacity { growDirectory() }
    let bytes = StableArray.firstSlot + StableArray.slotsPerSegment * StableArray.slotStride
    let alignment = max(MemoryLayout<Element>.alignment, 8)
    let segment = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: alignment)
    unsafe segment.initializeMemory(as: UInt8.self, repeating: 0, count: StableArray.bitmapBytes)
    unsafe (directory + segmentCount).initialize(to: segment)
    segmentCount += 1
  }

  private mutating func growDirectory() {
    let larger = UnsafeMutablePointer<Segment>.allocate(capacity: directoryCapacity * 2)
    unsafe larger.moveInitialize(from: directory, count: segmentCount)
    unsafe directory.deallocate()
    unsafe directory = unsafe larger
    directoryCapacity *= 2
  }

  private mutating func mark(_ index: UInt32, occupied: Bool) {
    let slot = Int(index) % StableArray.slotsPerSegment
    let byte = unsafe directory[Int(index) / StableArray.slotsPerSegment] + slot / 8
    let bit: UInt8 = 1 << UInt8(slot % 8)
    let old = unsafe byte.load(as: UInt8.self)
    unsafe byte.storeBytes(of: occupied ? old | bit : old & ~bit, as: UInt8.self)
  }
}
