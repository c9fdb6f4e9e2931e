import ItemStore
import Platform
import Replication
import Transport

/// The peer: looked up, tried, and what it says worded for an owner.
extension StartCheck {
  private static let limit = Duration.seconds(3)

  mutating func checkPeer(_ secrets: PairSecrets?, _ tls: TLSCredentials?) {
    let peering = settings.peering
    guard peering.isEnabled else { return report.add(.good, "no peer is wanted: -X 0") }
    guard let host = peering.peer else { return tellWaits() }
    if peering.usesTLS, tls == nil { return report.add(.wrong, "the peer was not tried: there is no TLS to try it by") }
    do throws(ResolutionError) {
      let addresses = try SocketAddress.resolve(host: host, port: peering.connectPort)
      ask(addresses, PeerProbe(node: node, limits: PeerLimits(settings), secrets: secrets, tls: tls, host: host))
    } catch {
      report.add(.wrong, "-x \(host): \(error)")
    }
  }

  private mutating func tellWaits() {
    report.add(.good, "no -x: it waits for its peer on port \(settings.peering.listenPort)")
    if settings.peering.secretFile == nil {
      report.add(.note, "neither -x nor -o repl_secret: the first host of a private network that connects is the peer")
    }
  }

  /// Who it would be on the link.
  private var node: UInt64 {
    var listens: [SocketAddress] = []
    for host in settings.interfaceHosts {
      let found = (try? SocketAddress.resolve(host: host, port: settings.peering.listenPort)) ?? []
      for address in found where !listens.contains(address) { listens.append(address) }
    }
    return PeerIdentity.node(of: Pairing.name(settings, listens))
  }

  /// One address that answers is enough, as for the link.
  private mutating func ask(_ addresses: [SocketAddress], _ probe: PeerProbe) {
    var failures: [String] = []
    for address in addresses {
      let outcome = probe.ask(address, within: Self.limit)
      if case .unreachable(let why) = outcome {
        failures.append("\(address): \(why)")
        continue
      }
      return tell(address, outcome)
    }
    tellUnreachable(failures.joined(separator: "; "))
  }

  /// The one of a linked pair that has dialled listens no more.
  private mutating func tellUnreachable(_ why: String) {
    if let running, running.isLinked {
      return report.add(
        .good, "the peer is linked with the repcached that runs here, and listens for no other (\(why))")
    }
    report.add(
      .wrong,
      "the peer cannot be reached: \(why): is it started, with this port as its -X, is its -l that address, is a firewall between?"
    )
  }

  private mutating func tell(_ address: SocketAddress, _ outcome: PeerProbe.Outcome) {
    switch outcome {
    case .unreachable: break
    case .closed: report.add(.wrong, "\(address) closes the connection: no repcached, or one with -o repl_tls")
    case .malformed: report.add(.wrong, "\(address) answers, and not as a peer does: another program, or -o repl_tls")
    case .legacy: tellLegacy(address)
    case .refused(let reason): tellRefusal(address, reason)
    case .met(let meeting): tell(address, meeting)
    }
  }

  private mutating func tellLegacy(_ address: SocketAddress) {
    let hasSecret = settings.peering.secretFile != nil
    report.add(
      hasSecret ? .wrong : .note,
      "\(address) speaks as repcached 2.x" + (hasSecret ? ", which cannot prove the secret" : ""))
  }

  private mutating func tellRefusal(_ address: SocketAddress, _ reason: GoodbyeReason) {
    // One that does not know who only asks.
    if reason == .sameNode || reason == .alreadyConnected, let running, running.isLinked {
      return report.add(.good, "\(address) is linked with the repcached that runs here")
    }
    report.add(.wrong, "\(address) refuses this side: \(reason.text)")
  }

  private mutating func tell(_ address: SocketAddress, _ meeting: PeerProbe.Meeting) {
    // Two of one host may share the port of the pair: one listens there, and the other has dialled it.
    if meeting.hasSameNode, let running, running.isLinked {
      return report.add(.good, "\(address) is the repcached that runs here, which is linked with its peer")
    }
    let faults = faults(meeting)
    for fault in faults { report.add(.wrong, "\(address): \(fault)") }
    if faults.isEmpty {
      let secret = meeting.hasSecret ? "the same secret" : "no secret on either side"
      report.add(.good, "the peer \(address) would pair: \(secret), clock \(Self.apart(meeting.clockAhead))")
    }
    let unequal = meeting.limits.map { PeerLimits(settings).unequal(to: $0) } ?? []
    for flags in unequal { report.add(.note, "started differently: \(flags)") }
  }

  private func faults(_ meeting: PeerProbe.Meeting) -> [String] {
    let hasSecret = settings.peering.secretFile != nil
    var faults: [String] = []
    if meeting.hasSameNode { faults.append("has this host's name, -l, -p and -X: -x names this host, or a cloned one") }
    if !meeting.isUnderstood { faults.append("speaks version \(meeting.version), this side \(Hello.currentVersion)") }
    if meeting.hasSecret != hasSecret {
      faults.append(
        "it has \(meeting.hasSecret ? "a" : "no") secret, this side has \(hasSecret ? "one" : "none"): -o repl_secret")
    } else if !meeting.isProven {
      faults.append(GoodbyeReason.wrongSecret.text)
    }
    if meeting.clockAhead.magnitude > PeerProbe.clockTolerance {
      faults.append("its clock is \(Self.apart(meeting.clockAhead)): set both by NTP")
    }
    return faults
  }

  private static func apart(_ microseconds: Int64) -> String {
    let milliseconds = microseconds.magnitude / 1000
    if milliseconds < 100 { return "the same" }
    let text = milliseconds < 10_000 ? "\(milliseconds) ms" : "\(milliseconds / 1000) s"
    return "\(text) \(microseconds > 0 ? "ahead" : "behind")"
  }
}
