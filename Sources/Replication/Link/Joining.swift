/// What a session must know of the link it lives on.
package struct Joining: Sendable, Equatable {
  package let role: Role
  package let peer: Hello
  /// The lowest bit of this side's stamps from now on; the other side has the other.
  package let nodeBit: UInt64
  package let address: String
  /// Microseconds ahead of this side's wall clock that stamps may lie, besides the tolerance: see `ClockAgreement`.
  package var ahead: UInt64 = 0

  /// What the two speak: what both know.
  package var version: UInt16 { min(peer.version, Hello.currentVersion) }
  package var features: HelloFeatures { peer.features.intersection(.mine) }
}
