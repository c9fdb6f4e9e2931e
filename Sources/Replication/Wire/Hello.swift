import ItemStore
import Platform

// Who a daemon is and what it has of the other: the first thing either side says.
//
//   connector ── "repcached-hello " hex of the payload "\r\n" ──▶ acceptor
//   connector ◀────────────── frame hello ─────────────────────── acceptor      with the acceptor's proof
//   connector ── frame confirm ─────────────────────────────────▶ acceptor      with the connector's proof
//
// The connector's hello is a line of text because the acceptor may be repcached 2.x: that one ignores the line and goes on
// to send its items, whose first byte is a letter and never 0. The line is far below its limit of 1024 bytes and has two
// words, of which the first is no command.
//
// A payload may be longer than this version reads: later versions add fields at its end.
// Nothing of the cache is sent before both sides have accepted: the acceptor waits for the confirmation.
package struct Hello: Equatable, Sendable {
  /// The version this side speaks, and the oldest it still understands.
  package var version = Hello.currentVersion
  package var oldestVersion = Hello.oldestUnderstoodVersion
  package var identity: PeerIdentity
  package var unixMicroseconds: UInt64
  /// Not below any stamp this side has given or heard.
  package var highestStamp: Stamp
  /// What this side has of the other: all up to the stamp, if that one still is the boot named here.
  package var have: Acknowledged
  /// The lowest stamp at which this side wants the other's copy to begin: zero while a horizon stands (DESIGN.md §5).
  package var wantsCopyFromZero = false
  /// This side has a secret (`-o repl_secret`) and pairs only with who has the same.
  package var hasSecret = false
  package var nonce: Nonce
  package var proof = Proof.none

  package static let currentVersion: UInt16 = 1
  package static let oldestUnderstoodVersion: UInt16 = 1
  static let byteCount = 2 + 2 + 16 + 8 + 8 + 16 + 1 + 16 + 32
  static let lineStart = [UInt8]("repcached-hello ".utf8)
  /// The longest line that can still be a hello.
  package static let longestLine = 1000

  package init(
    identity: PeerIdentity, unixMicroseconds: UInt64, highestStamp: Stamp, have: Acknowledged, nonce: Nonce
  ) {
    self.identity = identity
    self.unixMicroseconds = unixMicroseconds
    self.highestStamp = highestStamp
    self.have = have
    self.nonce = nonce
  }

  /// Whether this build and the one that said it understand each other.
  package var isUnderstood: Bool {
    Hello.currentVersion >= oldestVersion && version >= Hello.oldestUnderstoodVersion
  }
}
