import ItemStore
import Platform
import Synchronization
import SystemPackage

// What one worker has changed and the link has not sent yet: whole frames, as they go to the peer.
//
//    worker ── willMutate ─ stamp ─ record ─ didMutate ──▶ | frame | frame | reference | … | ──▶ link thread ──▶ socket
//                                └ under the stripe's lock
//
// Recording copies key and value once, in the wire's own format, so the link copies runs of frames to its output
// without looking at a value. A value above `FrameLimits.value`, or one in several pieces, is not copied: its key and
// stamps go into the ring, and the link reads the item when its sequence comes; if it is a newer state by then, a newer
// record follows. Times stand in it by this side's clock; what remains is counted when they are sent (`QueuedTime`).
//
// state         worker                                  link thread
// off           records nothing: there is no peer       turns it on before a copy of its items begins
// on            records; when full ──▶ overflowed        drains
// overflowed    records nothing, counts what it misses  sees it, empties the ring, gives the stream up
// given up      the same                                turns it on when a copy begins that makes up for it
//
// Bounded by bytes and by records. Full never blocks and never drops silently.
//
// **No record is missed by the copy.** A worker reads `state` under the stripe's lock. If its change came before the
// copy's walk reached that stripe, the walk sees it; if after, the walk's unlocking made `on` visible to it.
//
// **Watermarks.** `sequence` is odd between willMutate and didMutate. After a fence of the stamp clock at M, a ring
// whose sequence is even, or has changed, has recorded all it ever will at or below M: `WatermarkBarrier` waits for
// that and then for the draining.
//
// **Positions** count a worker's changes since the peer came, recorded or missed: what answers wait for
// (`WriteOutcomes`). What was missed is acknowledged when a copy has ended that began after it.
//
// Owner: written by one worker, read by the link thread; the store calls `record` under a spin lock, so it is short: a
// copy of at most 64 KB, no call back. Must not know sockets.
package final class MutationRing: MutationJournal {
  private enum State: UInt8, AtomicRepresentable {
    case off, on, overflowed, givenUp
  }

  let bytes: ByteRing
  private let waker: LinkWaker
  private let maxRecords: Int

  private let state = Atomic<State>(.off)
  private let sequence = Atomic<UInt64>(0)
  private let recorded = Atomic<UInt64>(0)
  private let missed = Atomic<UInt64>(0)
  private let newest = Atomic<UInt64>(0)
  /// What `recorded` was when the waker was signaled last; the worker's own.
  private let announced = Atomic<UInt64>(0)
  private let padding: [8 of UInt64] = [0, 0, 0, 0, 0, 0, 0, 0]
  private let drained = Atomic<UInt64>(0)
  /// The link thread's own: what was missed before the ring was turned on, and the worker's position then.
  private let missedBefore = Atomic<UInt64>(0)
  private let positionBefore = Atomic<UInt64>(0)
  package let outcomes = WriteOutcomes()

  package init(byteCount: Int, recordCount: Int, waker: LinkWaker) throws(Errno) {
    // Below twice a frame there are places where one never fits.
    bytes = try ByteRing(capacity: max(byteCount, 4 * FrameLimits.frame))
    maxRecords = max(recordCount, 1)
    self.waker = waker
  }

  // MARK: The worker

  package func willMutate() { sequence.store(sequence.load(ordering: .relaxed) &+ 1, ordering: .relaxed) }

  package func didMutate() { sequence.store(sequence.load(ordering: .relaxed) &+ 1, ordering: .releasing) }

  package func record(_ item: borrowing ItemView) {
    let version = item.version
    noteNewest(version.touched)
    guard hasRoom else { return }
    let keyCount = item.keyCount
    let fits: Bool
    if item.isTombstone {
      fits = bytes.append(count: FrameEncoder.keyedCount(version, keyCount: keyCount)) {
        FrameEncoder.delete(version, key: item.key, into: &$0)
      }
    } else if item.valueCount > FrameLimits.value || item.isChained {
      fits = bytes.append(count: FrameEncoder.keyedCount(version, keyCount: keyCount)) {
        FrameEncoder.reference(version, key: item.key, into: &$0)
      }
    } else {
      let head = RecordHead(queued: item)
      fits = bytes.append(count: FrameEncoder.recordCount(head, keyCount: keyCount, valueCount: item.valueCount)) {
        FrameEncoder.record(head, keyCount: keyCount, keyAndValue: item.keyAndInlineValue, into: &$0)
      }
    }
    note(fits)
  }

  package func recordFlush(_ state: FlushState) {
    noteNewest(state.issued)
    guard hasRoom else { return }
    note(bytes.append(count: FrameEncoder.flushCount) { FrameEncoder.flush(state, into: &$0) })
  }

  /// Before the answers of a batch are sent: whoever sleeps is woken.
  package func flush() {
    let recorded = recorded.load(ordering: .relaxed)
    if recorded == announced.load(ordering: .relaxed) { return }
    announced.store(recorded, ordering: .relaxed)
    waker.wakeIfAsleep()
  }

  /// The newest stamp of this worker's changes; it moves also while nothing is recorded.
  package var newestStamp: Stamp { Stamp(rawValue: newest.load(ordering: .relaxed)) }

  /// What the peer must have processed before the answer to the worker's last change may go (`-o repl_ack`).
  package var position: UInt64 { recorded.load(ordering: .relaxed) &+ missed.load(ordering: .relaxed) }

  private var hasRoom: Bool {
    let state = state.load(ordering: .relaxed)
    if state == .on, queuedRecords < maxRecords { return true }
    if state != .off { miss() }
    return false
  }

  private func miss() {
    // Not where the link thread has turned it off meanwhile. Before it is counted: see `recountMissed`.
    _ = state.compareExchange(expected: .on, desired: .overflowed, ordering: .releasing)
    missed.store(missed.load(ordering: .relaxed) &+ 1, ordering: .releasing)
  }

  private func noteNewest(_ stamp: Stamp) {
    // They rise, but where stamps that lay ahead have been given anew.
    newest.store(stamp.rawValue, ordering: .relaxed)
  }

  private func note(_ fits: Bool) {
    guard fits else { return miss() }
    recorded.store(recorded.load(ordering: .relaxed) &+ 1, ordering: .relaxed)
  }

  // MARK: The link thread

  /// From now on everything is recorded.
  func turnOn() {
    forget()
    let position = position
    positionBefore.store(position, ordering: .relaxed)
    missedBefore.store(missed.load(ordering: .relaxed), ordering: .relaxed)
    outcomes.begin(at: position)
    state.store(.on, ordering: .sequentiallyConsistent)
  }

  /// The position of the last record that was taken from the ring since it was turned on.
  var drainedPosition: UInt64 { drained.load(ordering: .relaxed) &+ missedBefore.load(ordering: .relaxed) }

  /// Up to where all is in a copy that ends now, and began when the ring was turned on, or later.
  var copiedPosition: UInt64 { positionBefore.load(ordering: .relaxed) }

  /// Where a copy ends: a worker that was inside a change when the ring was turned on may have missed that after it was
  /// counted.
  func recountMissed() {
    let missed = missed.load(ordering: .acquiring)
    if isOn { missedBefore.store(missed, ordering: .relaxed) }
  }

  /// Nothing is recorded any more, and what was is forgotten. A worker that is just recording may leave one record
  /// behind, or find an overflow: a record is a true state whenever it is sent, and an overflow more is a copy more.
  func turnOff() {
    state.store(.off, ordering: .sequentiallyConsistent)
    forget()
  }

  /// The ring is full: like `turnOff`, but the peer is still there.
  func giveUp() {
    state.store(.givenUp, ordering: .sequentiallyConsistent)
    forget()
  }

  private func forget() {
    bytes.consumeAll()
    drained.store(recorded.load(ordering: .relaxed), ordering: .relaxed)
  }

  var isOn: Bool { state.load(ordering: .acquiring) == .on }

  var hasOverflowed: Bool { state.load(ordering: .acquiring) == .overflowed }

  var currentSequence: UInt64 { sequence.load(ordering: .acquiring) }

  /// Whether a record of this stamp, or of an older one, may be among those that are not taken yet: their stamps rise. One that had no
  /// space is in none.
  func mayHold(_ stamp: Stamp) -> Bool { hasOverflowed || Self.mayHold(stamp, bytes) }

  private static func mayHold(_ stamp: Stamp, _ bytes: borrowing ByteRing) -> Bool {
    let readable = bytes.readable
    guard case .frame(let front, _) = FrameDecoder.decode(readable) else { return false }
    return front.newestStamp <= stamp
  }

  func noteDrained(_ count: Int) {
    drained.store(drained.load(ordering: .relaxed) &+ UInt64(count), ordering: .relaxed)
  }

  package var queuedRecords: Int {
    Int(truncatingIfNeeded: recorded.load(ordering: .relaxed) &- drained.load(ordering: .relaxed))
  }
}

extension [MutationRing] {
  /// The peer does not hold the change with this stamp, which may be any worker's.
  func reject(_ stamp: Stamp, _ rejection: WriteOutcomes.Rejection) {
    for ring in self { ring.outcomes.reject(stamp, rejection, newest: ring.newestStamp) }
  }
}
