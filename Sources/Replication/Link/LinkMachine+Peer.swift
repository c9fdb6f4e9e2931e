/// Another peer while the daemon runs.
///
/// The old one may live on, dial this side, know the secret and share its host with the new one. It is refused all the
/// same, unless it is what this side dials: then it has another address.
extension LinkMachine {
  /// - Parameter isLinked: the link is to that one already, and stays.
  mutating func peerChanged(_ peer: String?, isLinked: Bool, _ now: Duration) {
    let old = settings.peer
    formerNode = peer == nil || isLinked ? nil : lastNode
    settings.peer = peer
    warn("the peer is now \(peer ?? "whoever connects"), it was \(old ?? "whoever connected")")
    forgetReported()
    reportedDifferences = []
    hasLoggedConnect = false
    backoff.reset()
    giveDialUp(saying: .anotherPeer)
    closeHandshakes()
    switch phase {
    case .linked(let link): if !isLinked { dropLink(from: link, now) }
    case .seeking: if peer == nil { becomeAlone() } else { beginDial(now) }
    case .alone: if peer != nil { beginDial(now) }
    case .idle, .stopped: break
    }
  }

  private mutating func dropLink(from link: Link, _ now: Duration) {
    actions.append(.close(link.channel, saying: .anotherPeer))
    lose(link, now)
    // Before the old one does.
    if settings.peer != nil { beginDial(now) }
  }

  /// They were admitted as the old peer, or as who may be it.
  private mutating func closeHandshakes() {
    for channel in handshakes.keys.sorted(by: { $0.rawValue < $1.rawValue }) {
      actions.append(.close(channel, saying: .notAdmitted))
    }
    handshakes.removeAll()
  }
}
