import EventLoop
import ItemStore
import Platform
import SystemPackage

/// Channels on which a repcached 2.x speaks.
extension LinkDriver {
  func beginLegacySession(_ id: ChannelID, _ role: Role, hasSpoken: Bool) {
    guard let channel = channels[id.rawValue] else { return post(.closed(id)) }
    // Nothing else tells of a host that is gone without a word. An old one that was only stopped for a while stays: it
    // does not come back by itself.
    try? Socket.setDeadPeerTimeout(channel.fd, seconds: 30)
    channel.speaksLegacy = true
    establish(channel)
    status.peerProtocol = Self.legacyProtocol
    status.clockOffsetMilliseconds = 0
    use(legacy)
    endRestamping()
    legacy.beginSession(role, hasSpoken: hasSpoken, settles: !machine.hasMetPeer)
    postEvents()
    publishStatus()
  }

  /// As `stats replication` calls the format of repcached 2.x.
  private static let legacyProtocol: UInt16 = 2

  /// What the front of the bytes says where a hello should stand.
  func parseOpening(_ channel: Channel) -> Bool {
    switch LegacyOpening.judge(channel.input.bytes) {
    case .incomplete: return false
    case .legacy: post(.spokeLegacy(channel.id))
    case .helloMissed: fail(channel)
    case .other: post(.malformed(channel.id, .notHello))
    }
    return true
  }

  func parseLegacy(_ channel: Channel, _ moment: Moment) -> Bool {
    switch legacy.receive(channel.input.bytes, at: moment) {
    case .incomplete: return false
    case .consumed(let count): channel.input.consume(count)
    case .malformed(let what): post(.malformed(channel.id, what))
    // Its hello came too late: it hangs up and dials again.
    case .hello:
      drop(channel)
      post(.lateHello(channel.id))
    }
    return true
  }
}
