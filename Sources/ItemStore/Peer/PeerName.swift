/// Whom watermarks are given to, and count for: a daemon from its start to its end, or to the next link with another
/// node ("name" in docs/spec).
///
/// A daemon that has met a third one may have older states from there than its watermarks say, so its watermarks of
/// before are worth nothing to a peer of before: a link with another node begins a new epoch.
package struct PeerName: Hashable, Sendable {
  package var identity: PeerIdentity
  package var epoch: UInt32

  package init(_ identity: PeerIdentity, epoch: UInt32 = 0) {
    self.identity = identity
    self.epoch = epoch
  }

  /// What it is called on a link with this node: a link with another than the last peer begins a new epoch. The side
  /// itself and its peer both reckon so, and neither has to be told.
  package func linked(with node: UInt64, after lastPeer: UInt64?) -> PeerName {
    PeerName(identity, epoch: lastPeer == nil || lastPeer == node ? epoch : epoch &+ 1)
  }

  package static let nobody = PeerName(PeerIdentity(node: 0, boot: 0))
}
