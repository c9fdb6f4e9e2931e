/// Another peer is wanted, or none.
struct PeerChange: Sendable {
  let place: PeerPlace?
}
