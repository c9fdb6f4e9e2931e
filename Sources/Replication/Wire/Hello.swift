import ItemStore
import Platform

// Who a daemon is and what it has of the other: the first thing either side says.
//
//   connector ── "repcached-hello " hex of the payload "\r\n" ──▶ acceptor
//   connector ◀────────────── frame hello ─────────────────────── acceptor      with the acceptor's proof
//   connector ── frame confirm ─────────────────────────────────▶ acceptor      with the connector's proof
//
// The connector's hello is a line of text because the acceptor may be repcached 2.x: that one ignores the line and goes
// on to send its items, whose first byte is a letter and never 0. The line is far below its limit of 1024 bytes and has
// two words, of which the first is no command.
//
//   payload:  versions, features, who, clock, stamp, had, flags, nonce, fields │ proof
//             └──────────────── claims: what the proof is over ──────────┘
//
// Two of different versions use the older one, if both understand it, and the features that both have. What is said in
// a bit or a field that one side does not know is kept and not read; so later versions add fields (`HelloFields`) and
// features.
//
// **Who** is node, boot and epoch, and the node of its last peer. Its name has the next epoch where that was another
// node than the one it is saying hello to. A hello may wait for its answer; if its side has met another meanwhile, it
// is void.
//
// **Had** is what this side has of a peer: of which name, up to which stamp, and of a copy of its that was cut, how
// many places have been walked and what the watermark of that copy was. The other side goes on from there.
//
// Nothing of the cache is sent before both sides have accepted: the acceptor waits for the confirmation.
package struct Hello: Equatable, Sendable {
  /// The version this side speaks, and the oldest it still understands.
  package var version = Hello.currentVersion
  package var oldestVersion = Hello.oldestUnderstoodVersion
  package var features = HelloFeatures.supported
  package var identity: PeerIdentity
  /// Of its name.
  package var epoch: UInt32 = 0
  var lastPeerNumber: UInt64 = 0
  package var unixMicroseconds: UInt64
  /// Not below any stamp this side has given or received.
  package var highestStamp: Stamp
  /// What this side has of the other, if that one still has the name that is told here.
  package var received: ReceivedProgress
  private(set) var flags: UInt8 = 0
  package var nonce: Nonce
  package var fields = HelloFields()
  package var proof = Proof.none

  package static let currentVersion: UInt16 = 1
  package static let oldestUnderstoodVersion: UInt16 = 1
  private static let copyFromZeroFlag: UInt8 = 1
  private static let secretFlag: UInt8 = 2
  private static let lastPeerFlag: UInt8 = 4
  static let lineStart = [UInt8]("repcached-hello ".utf8)
  /// The longest line that can still be a hello.
  package static let maxLineLength = 1000

  package init(
    identity: PeerIdentity, unixMicroseconds: UInt64, highestStamp: Stamp = .zero,
    received: ReceivedProgress = .nothing,
    nonce: Nonce
  ) {
    self.identity = identity
    self.unixMicroseconds = unixMicroseconds
    self.highestStamp = highestStamp
    self.received = received
    self.nonce = nonce
  }

  init(
    _ identity: PeerIdentity, unixMicroseconds: UInt64, _ highestStamp: Stamp, _ received: ReceivedProgress,
    flags: UInt8,
    _ nonce: Nonce
  ) {
    self.init(
      identity: identity, unixMicroseconds: unixMicroseconds, highestStamp: highestStamp, received: received,
      nonce: nonce)
    self.flags = flags
  }

  /// The node of its last peer, if it has had one: a link with another begins a new epoch.
  package var lastPeer: UInt64? {
    get { flags & Self.lastPeerFlag == 0 ? nil : lastPeerNumber }
    set {
      lastPeerNumber = newValue ?? 0
      set(Self.lastPeerFlag, newValue != nil)
    }
  }

  /// What it is called on a link with this node.
  package func name(linkedWith node: UInt64) -> PeerName {
    PeerName(identity, epoch: epoch).linked(with: node, after: lastPeer)
  }

  /// This side wants the other's copy to begin at zero: a horizon stands.
  package var wantsCopyFromZero: Bool {
    get { flags & Self.copyFromZeroFlag != 0 }
    set { set(Self.copyFromZeroFlag, newValue) }
  }

  /// This side has a secret (`-o repl_secret`) and pairs only with who has the same.
  package var hasSecret: Bool {
    get { flags & Self.secretFlag != 0 }
    set { set(Self.secretFlag, newValue) }
  }

  package var clock: ClockReading { ClockReading(unixMicroseconds: unixMicroseconds, highestStamp: highestStamp) }

  private mutating func set(_ flag: UInt8, _ isOn: Bool) {
    if isOn { flags |= flag } else { flags &= ~flag }
  }

  package var isProbe: Bool { features.contains(.probe) }

  /// Whether this build and the one that said it understand each other.
  package var isUnderstood: Bool {
    Hello.currentVersion >= oldestVersion && version >= Hello.oldestUnderstoodVersion
  }
}

/// What a side can do beyond its protocol version. Two that meet use what both have; a bit that one does not know is
/// none of what both have. Bits are given out one after another, and never a second time.
package struct HelloFeatures: OptionSet, Sendable, Hashable {
  package let rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Items are told with their marks (`ItemMarks`).
  package static let marks = HelloFeatures(rawValue: 1)

  /// It is told which of its writes came too late (`FrameKind.overtaken`).
  package static let overtaken = HelloFeatures(rawValue: 2)
  /// Numbers for those who look at the pair, and questions about a key (`PeerReport`, `KeyAnswer`).
  package static let reports = HelloFeatures(rawValue: 4)

  /// Who says this hello only asks (`PeerProbe`): it is judged and answered, takes nobody's place, and never becomes a peer.
  package static let probe = HelloFeatures(rawValue: 8)

  /// Those of this build.
  package static let supported: HelloFeatures = [.marks, .overtaken, .reports]
}

/// Sixteen random bytes, used once: what the other side must mix with the secret.
package struct Nonce: Hashable, Sendable {
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }
}
