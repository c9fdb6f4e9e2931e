import ItemStore
import Platform

/// Who speaks over the link, as the driver sees it: one for each format. The link's thread only.
protocol PeerSession: AnyObject {
  var counters: ReplicationCounters { get set }
  /// What the link machine has to hear; taken by the driver.
  var events: [LinkEvent] { get set }
  /// Microseconds of any clock that only rises, told by the driver before each call.
  var now: UInt64 { get set }
  /// Both clocks, told by the driver before each filling: what remains of a time to live is counted from it.
  var moment: Moment { get set }

  /// The highest stamp that the peer has acknowledged.
  var ackedThrough: Stamp { get }
  /// How far the peer is behind, in microseconds.
  var lag: UInt64 { get }
  /// Nothing that the peer must have is left on this side, or on its way.
  var isDrained: Bool { get }
  /// What stands in the rings cannot be sent until something comes from the peer, or time has passed.
  var isHeldBack: Bool { get }

  /// A worker is inside a change, and a watermark waits for it to come out, which it may do without waking the link.
  var awaitsWorker: Bool { get }

  /// Fills the output as far as it may be, at least by a step, until `isOver`. Returns whether it stopped for want of
  /// room or time only.
  func fill(_ output: inout ByteBuffer, until isOver: () -> Bool) -> Bool
  func endSession()
}

extension PeerSession {
  func fill(_ output: inout ByteBuffer) -> Bool { fill(&output, until: { false }) }
}

extension Replicator: PeerSession {
  var ackedThrough: Stamp { ledger.ackedThrough }
  var isHeldBack: Bool { false }
  var awaitsWorker: Bool {
    let waitsForBarrier = walk?.isWalked ?? true || !barrier.hasSeenEveryWorkerOut
    return isLinked && barrier.isOpen && waitsForBarrier && !awaitsDrain
  }
}
