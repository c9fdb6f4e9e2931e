import EventLoop
import ItemStore
import Platform
import SystemPackage

/// What the link machine says, done.
extension LinkDriver {
  func perform(_ action: LinkAction) {
    switch action {
    case .log(let line): configuration.log(line)
    case .warn(let line):
      status.lastWarning = String(line.trimmingPrefix("replication: "))
      configuration.warn(line)
    case .listen: listen()
    case .stopListening: closeListeners()
    case .dial: dial()
    case .cancelDial: cancelDial()
    case .sendHello(let id): sendHello(id)
    case .sendConfirm(let id): sendConfirm(id)
    case .sendHeartbeat(let id): sendHeartbeat(id)
    case .close(let id, let reason): close(id, saying: reason)
    case .beginSession(let id, let parameters): join(id, parameters)
    case .beginLegacySession(let id, let role, let hasSpoken): beginLegacySession(id, role, hasSpoken: hasSpoken)
    case .endSession(let isReplaced): endSession(isReplaced: isReplaced)
    case .open:
      publishStatus()
      configuration.onReady()
    case .countRefusedPeer: refusedPeers += 1
    case .restamp(let above): restamp(above: above)
    }
  }

  // MARK: Listening

  private func listen() {
    if listeners.isEmpty {
      do throws(ReplicationError) {
        for socket in try ReplicationLink.bind(configuration.listenAddresses) { addListener(socket) }
      } catch {
        return post(.listenFailed(error.cause))
      }
    }
    status.listensOn = listeners.compactMap { try? Socket.localAddress($0.fd) }
    publishStatus()
    post(.listening)
  }

  func addListener(_ socket: FileDescriptor) {
    let token = Self.listenerToken + UInt32(listeners.count)
    listeners.append(ListeningSocket(fd: socket, loop: loop, token: token))
  }

  func closeListeners() {
    let sockets = listeners.map(\.fd)
    listeners.removeAll()
    for socket in sockets { Socket.close(socket) }
    status.listensOn = []
  }

  // MARK: Saying

  private func sendHello(_ id: ChannelID) {
    guard let channel = channels[id.rawValue] else { return }
    var random = SystemRandomNumberGenerator()
    var hello = replicator.completed(
      Hello(
        identity: machine.settings.identity, unixMicroseconds: configuration.unixMicroseconds(),
        nonce: Nonce(high: random.next(), low: random.next())))
    hello.hasSecret = configuration.secrets != nil
    hello.fields = HelloFields(limits: configuration.limits)
    channel.localHello = hello
    if channel.stage == .awaitsAnswer {
      channel.appendLine(hello.line)
    } else {
      hello.proof = proof(by: .acceptor, channel) ?? .none
      channel.append { FrameEncoder.hello(hello, into: &$0) }
    }
    if !channel.flush() { fail(channel) }
  }

  private func sendConfirm(_ id: ChannelID) {
    guard let channel = channels[id.rawValue] else { return }
    let proof = proof(by: .connector, channel) ?? .none
    send(id) { FrameEncoder.confirm(proof, into: &$0) }
  }

  /// The proof that this side of a channel gives: `Proof.none` where there is no secret, nil before both hellos.
  private func proof(by prover: Prover, _ channel: Channel) -> Proof? {
    guard let secrets = configuration.secrets else { return Proof.none }
    guard let secret = channel.provenSecret ?? secrets.spoken, let hellos = channel.hellos else { return nil }
    return secret.proof(by: prover, connector: hellos.connector, acceptor: hellos.acceptor)
  }

  /// Whether the other side of this channel has given the proof that it must.
  func isProof(_ given: Proof, by prover: Prover, _ channel: Channel) -> Bool {
    guard let secrets = configuration.secrets else { return true }
    guard let hellos = channel.hellos else { return false }
    channel.provenSecret = secrets.secret(
      of: given, by: prover, connector: hellos.connector, acceptor: hellos.acceptor)
    return channel.provenSecret != nil
  }

  private func sendHeartbeat(_ id: ChannelID) {
    // Behind bytes that wait it would tell nothing, and for a peer that never reads there would be more and more of
    // them.
    guard channels[id.rawValue]?.output.isEmpty == true else { return }
    let time = configuration.unixMicroseconds()
    send(id) { FrameEncoder.heartbeat(unixMicroseconds: time, into: &$0) }
  }

  private func send(_ id: ChannelID, _ body: (inout OutputSpan<UInt8>) -> Void) {
    guard let channel = channels[id.rawValue] else { return }
    channel.append(body)
    if !channel.flush() { fail(channel) }
  }

  // MARK: The link

  private func join(_ id: ChannelID, _ parameters: LinkParameters) {
    guard let channel = channels[id.rawValue] else { return post(.closed(id)) }
    // This side has met another since it said hello here, and what it is called now the peer does not know.
    if let said = channel.localHello, !replicator.isCurrent(said, to: parameters.peer.identity) { return fail(channel) }
    establish(channel)
    status.peerProtocol = parameters.version
    use(replicator)
    noteClock(parameters.peer.unixMicroseconds)
    replicator.beginSession(
      parameters.peer, nodeBit: parameters.nodeBit, askedInHello: channel.localHello?.wantsCopyFromZero ?? false,
      ahead: parameters.ahead)
    beginReports(parameters.features)
    publishStatus()
  }

  /// The kernel would take megabytes of a copy, and over a slow line a client's write stood behind them, with its answer.
  private static let maxUnsentBytes = 128 << 10

  func establish(_ channel: Channel) {
    try? Socket.setNoDelay(channel.fd)
    try? Socket.setUnsentLimit(channel.fd, byteCount: Self.maxUnsentBytes)
    channel.enlarge()
    channel.stage = .linked
    link = channel
    status.peer = channel.address.description
    status.linkedSince = now
  }

  /// The session of the link that begins; what was counted goes on.
  func use(_ next: any PeerSession) {
    if next === session { return }
    next.counters = session.counters
    next.now = now
    session = next
  }

  private func endSession(isReplaced: Bool) {
    endReports()
    session.endSession()
    session.events.removeAll()
    bytesSent += link?.bytesSent ?? 0
    link = nil
    status.peer = nil
    status.peerProtocol = 0
    status.clockOffsetMilliseconds = 0
    // Answers go on waiting for a peer that is there: its copy makes up for what the old link has lost.
    if !isReplaced { for ring in rings { ring.outcomes.release() } }
    reportOutcomes()
    publishStatus()
  }

  func noteClock(_ peerMicroseconds: UInt64) {
    let difference = Int64(bitPattern: peerMicroseconds &- configuration.unixMicroseconds())
    status.clockOffsetMilliseconds = difference / 1000
  }
}
