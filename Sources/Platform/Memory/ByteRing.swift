import SystemPackage
import Synchronization

// Bytes from one thread to another, without a lock: one appends, one consumes, both at any time.
//
//    lap n     |    …    tail ▓▓▓▓▓▓▓▓▓▓▓▓▓ lapEnd ░░ |      positions only rise; position % capacity is the place
//    lap n+1   | ▓▓▓▓▓▓ head                          |
//
// What is appended at once lies in one piece: where it would not fit before the end of the memory it begins a new lap, and
// `lapEnd` tells the consumer where the old one ends. One `lapEnd` is enough, because a second lap can begin only when
// the consumer has left the first.
//
// Memory is mapped and not touched: it costs what was used. An appender that finds the ring empty goes back to its beginning,
// so a ring that is emptied often uses its first pages only, which stay in the caches. What it skips is nobody's: it is not
// used, and once the consumer has read up to `lapEnd` it takes no room from the new lap, though `tail` still stands there.
// A consumer with a long backlog gives the pages back as it goes, before it moves `tail`: until then the appender cannot
// write there.
//
// An entry of at most half the capacity always fits an empty ring; a larger one may not, wherever the ring stands.
//
// Invariants. tail <= head <= tail + capacity. Only the appender writes head and lapEnd, only the consumer writes tail.
// What was appended is seen whole (head is released after the bytes) or not at all.
// That there is one appender and one consumer is the callers' promise. It must not know what the bytes mean.

@safe package struct ByteRing: ~Copyable, @unchecked Sendable {
  private let region: MappedRegion
  package let capacity: Int
  private let head = Atomic<UInt64>(0)
  private let lapEnd = Atomic<UInt64>(0)
  /// Where `head` lies in the memory: the appender's own, kept because the division costs more than the rest.
  private let headOffset = Atomic<Int>(0)
  // The two sides write on different cache lines.
  private let padding: [8 of UInt64] = [0, 0, 0, 0, 0, 0, 0, 0]
  private let tail = Atomic<UInt64>(0)

  /// An empty ring goes back to the beginning from beyond this place.
  private static let nearBeginning: UInt64 = 64 << 10
  /// A backlog from which memory is given back.
  private static let longBacklog = 1 << 20

  /// - Parameter capacity: rounded up to whole pages; address space only, until it is used.
  package init(capacity: Int) throws(Errno) {
    region = try MappedRegion.committed(max(capacity, 1))
    self.capacity = region.byteCount
  }

  package var isEmpty: Bool { tail.load(ordering: .relaxed) == head.load(ordering: .acquiring) }

  /// Positions appended and consumed so far, gaps at the ends of laps included.
  package var appended: UInt64 { head.load(ordering: .acquiring) }
  package var consumed: UInt64 { tail.load(ordering: .acquiring) }

  /// Bytes that wait, gaps not counted. Exact on the consumer's thread, or nearly so.
  package var usedCount: Int {
    let (tail, head) = (consumed, appended)
    let lapStart = lapStart(of: head)
    if tail >= lapStart { return Int(head &- tail) }
    let end = lapEnd.load(ordering: .relaxed)
    return Int(head &- lapStart) + (end > tail ? Int(end &- tail) : 0)
  }

  /// Where the lap began whose last byte so far lies before `head`; `lapEnd` is the end of the one before it.
  private func lapStart(of head: UInt64) -> UInt64 {
    head == 0 ? 0 : head &- 1 &- (head &- 1) % UInt64(capacity)
  }

  // MARK: The appender

  /// Appends exactly `count` bytes, which `body` writes; false, and nothing happened, where they do not fit now.
  package func append(count: Int, _ body: (inout OutputSpan<UInt8>) -> Void) -> Bool {
    let head = head.load(ordering: .relaxed)
    let tail = tail.load(ordering: .acquiring)
    var start = head
    var offset = headOffset.load(ordering: .relaxed)
    let hasRoom = offset + count <= capacity && head &+ UInt64(count) &- tail <= UInt64(capacity)
    // Most follow one that is still there; the others may have to begin a lap.
    if head == tail || !hasRoom {
      guard let place = place(count, head: head, tail: tail) else { return false }
      start = place
      offset = Int(place % UInt64(capacity))
    }
    let memory = unsafe UnsafeMutableRawBufferPointer(start: region.baseAddress + offset, count: count)
    let target = unsafe memory.bindMemory(to: UInt8.self)
    var output = unsafe OutputSpan(buffer: target, initializedCount: 0)
    body(&output)
    let written = unsafe output.finalize(for: target)
    precondition(written == count, "as much as was announced")
    if offset == 0 { lapEnd.store(head, ordering: .relaxed) }
    headOffset.store(offset + count, ordering: .relaxed)
    self.head.store(start &+ UInt64(count), ordering: .releasing)
    return true
  }

  /// Where `count` bytes can begin, if anywhere.
  private func place(_ count: Int, head: UInt64, tail: UInt64) -> UInt64? {
    let capacity = UInt64(capacity)
    let count = UInt64(count)
    let offset = head % capacity
    let nextLap = head &- offset &+ capacity
    let isFarAndEmpty = head == tail && offset > Self.nearBeginning && count <= offset
    let start = offset &+ count > capacity || isFarAndEmpty ? nextLap : head
    return start &+ count &- firstHeld(head: head, tail: tail) <= capacity ? start : nil
  }

  /// Where what the consumer has not read begins: not in a lap that it has read to its end.
  private func firstHeld(head: UInt64, tail: UInt64) -> UInt64 {
    let lapStart = lapStart(of: head)
    return tail < lapStart && tail >= lapEnd.load(ordering: .relaxed) ? lapStart : tail
  }

  // MARK: The consumer

  /// What can be consumed in one piece; empty only if the ring is.
  package var readable: Span<UInt8> {
    @_lifetime(borrow self) get {
      let run = readableRun
      let start = unsafe UnsafeRawPointer(region.baseAddress + run.offset)
      let bytes = unsafe UnsafeRawBufferPointer(start: start, count: run.count)
      return unsafe _overrideLifetime(Span<UInt8>(_unsafeBytes: bytes), borrowing: self)
    }
  }

  private var readableRun: (offset: Int, count: Int) {
    let head = head.load(ordering: .acquiring)
    var tail = tail.load(ordering: .relaxed)
    let capacity = UInt64(capacity)
    let offset = tail % capacity
    let nextLap = tail &- offset &+ capacity
    if head <= nextLap { return (Int(offset), Int(head &- tail)) }
    let end = lapEnd.load(ordering: .relaxed)
    if tail < end { return (Int(offset), Int(end &- tail)) }
    tail = nextLap
    self.tail.store(tail, ordering: .releasing)
    return (0, Int(head &- tail))
  }

  /// Gives the first `count` of the readable bytes back.
  package func consume(_ count: Int) {
    let tail = tail.load(ordering: .relaxed)
    if usedCount > Self.longBacklog { giveBack(from: Int(tail % UInt64(capacity)), count) }
    self.tail.store(tail &+ UInt64(count), ordering: .releasing)
  }

  /// Forgets whatever is in it.
  package func consumeAll() {
    while true {
      let count = readableRun.count
      if count == 0 { return }
      consume(count)
    }
  }

  private func giveBack(from offset: Int, _ count: Int) {
    // A kernel that refuses keeps the memory, which is all that is lost.
    try? region.decommit(offset: offset, count: count)
  }
}
