/// Which daemon: `node` stays the same when it starts again, `boot` is new each time. Ordered, so that both sides agree
/// on who is the greater; two daemons may have the same node by mistake (a copied machine), hardly ever the same boot.
package struct PeerIdentity: Hashable, Comparable, Sendable {
  package let node: UInt64
  package let boot: UInt64

  package init(node: UInt64, boot: UInt64) {
    self.node = node
    self.boot = boot
  }

  /// A node number from words that stay the same when the daemon starts again, such as host name and port (FNV-1a).
  package static func node(of words: String) -> UInt64 {
    words.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  package static func < (left: PeerIdentity, right: PeerIdentity) -> Bool {
    left.node == right.node ? left.boot < right.boot : left.node < right.node
  }
}
