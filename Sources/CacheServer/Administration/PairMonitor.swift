import Platform
import Replication
import Synchronization

/// What is known of the pair for those who look at it: the peer's numbers, the lines of its link, and digests on demand.
///
/// ```
///   link ──report──▶ peerNumbers          link ──log, warn──▶ lines (the last 40)
///   page ──ask──▶ wanted ──▶ maintenance: one walk ──▶ made ─┬─▶ the page
///   peer ──its report's digestWanted──▶ wanted of the peer ──┘─▶ this side's next report
/// ```
///
/// **Bounds.** One walk at a time answers all who want one, so who asks often costs one walk after another, in the steps of
/// `stats digest`. **Locks.** One, for a few words; nobody who serves clients takes it.
final class PairMonitor: Sendable {
  private struct State {
    var peer: SideNumbers?
    var peerAt: UInt64 = 0
    var lines: [PairLine] = []
    /// The number of the last digest that the page has asked for, here and of the peer.
    var asked: UInt64 = 0
    /// Of the last that the peer has asked for.
    var askedByPeer: UInt64 = 0
    var made: Digest?
    /// For which of the page's, and of the peer's, that was made.
    var madeFor: UInt64 = 0
    var madeForPeer: UInt64 = 0
  }

  struct Digest {
    let sum: UInt64
    let items: UInt64
  }

  private let state = Mutex(State())
  private static let maxLines = 40
  private static let maxLineBytes = 400

  // MARK: The link's thread

  func received(_ report: PeerReport, at time: UInt64) {
    state.withLock { state in
      let numbers = SideNumbers(report.values)
      (state.peer, state.peerAt) = (numbers, time)
      state.askedByPeer = numbers[.digestWanted] ?? 0
    }
  }

  func note(_ line: String, isWarning: Bool, at time: UInt64) {
    let text = String(decoding: line.utf8.prefix(Self.maxLineBytes), as: UTF8.self)
    state.withLock { state in
      if state.lines.count >= Self.maxLines { state.lines.removeFirst() }
      state.lines.append(PairLine(unixMicroseconds: time, isWarning: isWarning, text: text))
    }
  }

  // MARK: Digests

  /// The first number is of this process, so that the peer does not take it for one of the process before.
  func askDigests(at time: UInt64) {
    state.withLock { $0.asked = $0.asked == 0 ? max(1, time) : $0.asked &+ 1 }
  }

  /// On the maintenance thread. Nil where nobody wants one; else what it is for.
  func digestWanted() -> (page: UInt64, peer: UInt64)? {
    state.withLock { state in
      let isWanted = state.asked != state.madeFor || state.askedByPeer != state.madeForPeer
      return isWanted ? (state.asked, state.askedByPeer) : nil
    }
  }

  func made(_ digest: Digest, for wanted: (page: UInt64, peer: UInt64)) {
    state.withLock { state in
      (state.made, state.madeFor, state.madeForPeer) = (digest, wanted.page, wanted.peer)
    }
  }

  /// What the peer is told.
  func addDigest(_ numbers: inout SideNumbers) {
    let (asked, made, madeFor) = state.withLock { ($0.asked, $0.made, $0.madeForPeer) }
    numbers[.digestWanted] = asked
    guard let made else { return }
    numbers[.digestMadeFor] = madeFor
    numbers[.digest] = made.sum
    numbers[.digestItems] = made.items
  }

  // MARK: The page

  var lines: [PairLine] { state.withLock { $0.lines } }

  /// The peer's numbers, if they came lately.
  func peer(at time: UInt64) -> SideNumbers? {
    let (peer, at) = state.withLock { ($0.peer, $0.peerAt) }
    return time &- min(at, time) < Self.reportLifeMicroseconds ? peer : nil
  }

  private static let reportLifeMicroseconds: UInt64 = 5_000_000

  var digests: DigestComparison {
    state.withLock { state in
      if state.asked == 0 { return .notAsked }
      guard let made = state.made, state.madeFor == state.asked else { return .underWay }
      guard let peer = state.peer else { return .localOnly(made.sum) }
      guard peer[.digestMadeFor] == state.asked, let remote = peer[.digest] else { return .underWay }
      return .both(made.sum, remote, items: made.items, peer[.digestItems] ?? 0)
    }
  }
}

/// A line of the link's log.
package struct PairLine: Sendable, Equatable {
  package let unixMicroseconds: UInt64
  package let isWarning: Bool
  package let text: String

  package init(unixMicroseconds: UInt64, isWarning: Bool, text: String) {
    (self.unixMicroseconds, self.isWarning, self.text) = (unixMicroseconds, isWarning, text)
  }
}

/// Whether both sides hold the same, as far as is known.
package enum DigestComparison: Sendable, Equatable {
  case notAsked
  case underWay
  /// There is no peer, or it does not tell.
  case localOnly(UInt64)
  case both(UInt64, UInt64, items: UInt64, UInt64)
}
