import Platform

/// Who the peer is: told at the start, and by `ReplicationLink.setPeer` later.
extension LinkDriver {
  /// - Parameter place: nil: whoever comes, and nobody is dialled.
  func changePeer(to place: PeerPlace?) {
    if place == peer { return }
    peer = place
    status.wantedPeer = place?.description
    admission = PeerAdmission(place, hasSecret: configuration.secrets != nil)
    // The one before is not waited for any more.
    replicator.store.forgetAbsentPartner()
    isAddressAwaited = false
    lateAddresses = nil
    dialOrder = DialOrder()
    lookup = makeLookup()
    // Where a link was accepted nothing tells which daemon of its host it is to; then there is a new one in a moment.
    let dialled = link.flatMap { $0.isDialled ? PeerPlace.address($0.address) : nil }
    post(.peerChanged(place?.description, isLinked: place != nil && dialled == place))
    publishStatus()
  }

  func makeLookup() -> NameLookup? {
    lookupNumber += 1
    guard case .name(let host, let port) = peer else { return nil }
    let lookUp = configuration.lookUp
    return NameLookup(host: host) { () throws(ResolutionError) in
      try lookUp(host, port)
    } tell: { [mailbox, lookupNumber] in
      mailbox.post($0, of: lookupNumber)
    }
  }
}
