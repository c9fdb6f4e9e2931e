/// Which daemon: `node` stays the same when it starts again, `boot` is new each time. Ordered, so that both sides agree
/// on who is the greater; two daemons may have the same node by mistake (a copied machine), hardly ever the same boot.
package struct PeerIdentity: Hashable, Comparable, Sendable {
  package let node: UInt64
  package let boot: UInt64

  package init(node: UInt64, boot: UInt64) {
    self.node = node
    self.boot = boot
  }

  package static func < (left: PeerIdentity, right: PeerIdentity) -> Bool {
    left.node == right.node ? left.boot < right.boot : left.node < right.node
  }
}
