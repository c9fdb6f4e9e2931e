import EventLoop
import ItemStore
import Platform
import SystemPackage

/// Connections: accepted, read, closed.
extension LinkDriver {
  func addChannel(_ socket: FileDescriptor, _ address: SocketAddress, _ stage: Channel.Stage) -> Channel {
    repeat { lastChannel = ChannelID.number(after: lastChannel) } while channels[lastChannel] != nil
    let channel = Channel(id: ChannelID(lastChannel), fd: socket, address: address, stage: stage, loop: loop)
    channels[lastChannel] = channel
    return channel
  }

  func accept(_ index: Int) {
    guard index < listeners.count else { return }
    // A few at a time: the link's own bytes wait behind them.
    for _ in 0..<8 where index < listeners.count {
      guard accepts.take(now: now) else { return listeners[index].pause() }
      switch Socket.accept(listeners[index].fd) {
      case .connection(let socket, let address):
        let channel = addChannel(socket, address, .awaitsLine)
        guard seal(channel) else { continue }
        channel.event.want(.readable)
        post(.accepted(channel.id, from: address.description, admission.judge(address)))
      case .wouldBlock: return
      // Until the next tick.
      case .exhausted, .failed: return listeners[index].pause()
      }
    }
  }

  // MARK: Reading

  func read(_ channel: Channel) {
    budget.begin()
    for _ in 0..<4 {
      // That comes first, in the next pass; until then the socket stays ready.
      if channel.hasUnparsed { return }
      let space = channel.makeRoom()
      // Before it is linked a frame must fit the small buffer.
      if space == 0 { return post(.malformed(channel.id, .length(UInt32(channel.input.count)))) }
      switch channel.transport.receive(into: &channel.input) {
      case .bytes(let count):
        bytesReceived += UInt64(count)
        post(.bytesReceived(channel.id))
        parse(channel)
        if channel.stage == .closed { return }
        if channel.mayFlushAfterRead, !channel.flush() { return fail(channel) }
        if count < space { return }
      case .wouldBlock:
        // A step of the handshake, after which there may be something to write.
        if !channel.transport.isPlain, !channel.flush() { fail(channel) }
        return
      case .closed, .failed: return fail(channel)
      }
    }
  }

  /// Frames between two looks at the time: even the one that settles most takes some 100 microseconds.
  private static let framesPerLook = 16

  func parse(_ channel: Channel) {
    let moment = updateTime()
    store.advance(to: moment)
    channel.hasUnparsed = false
    var frames = 0
    while channel.stage != .closed, parseOne(channel, moment) {
      frames += 1
      guard frames.isMultiple(of: Self.framesPerLook), budget.isSpent else { continue }
      channel.hasUnparsed = !channel.input.isEmpty
      break
    }
    if channel.stage == .linked { postEvents() }
    reportOutcomes()
  }

  /// What stands at the front; false when it is not all there yet.
  private func parseOne(_ channel: Channel, _ moment: Moment) -> Bool {
    if channel.speaksLegacy { return parseLegacy(channel, moment) }
    if channel.stage == .awaitsLine { return parseLine(channel) }
    if channel.stage == .awaitsAnswer, !channel.input.isEmpty, channel.input.bytes[0] != 0 {
      return parseOpening(channel)
    }
    switch FrameDecoder.decode(channel.input.bytes) {
    case .incomplete: return false
    case .malformed(let what): post(.malformed(channel.id, what))
    case .frame(let frame, let count):
      receive(frame, channel, moment)
      if channel.stage != .closed { channel.input.consume(count) }
    }
    return true
  }

  private func parseLine(_ channel: Channel) -> Bool {
    switch HelloLine.decode(channel.input.bytes) {
    case .incomplete: return false
    case .malformed(.notHello): return parseOpening(channel)
    case .malformed(let what): post(.malformed(channel.id, what))
    case .hello(let hello, let count):
      channel.input.consume(count)
      // Another hello would be out of place from here on.
      channel.stage = .awaitsConfirmation
      channel.peerHello = hello
      // It proves itself when it knows the local nonce.
      postHello(hello, channel, proven: true)
    }
    return true
  }

  private func receive(_ frame: Frame, _ channel: Channel, _ moment: Moment) {
    switch (frame, channel.stage) {
    case (.goodbye(let reason), _):
      if reason == .wrongSecret, channel.stage == .awaitsConfirmation { configuration.secrets?.speakNext() }
      post(.goodbye(channel.id, reason))
    case (.hello(let payload), .awaitsAnswer):
      guard let hello = Hello(payload: channel.input.bytes, payload) else {
        return post(.malformed(channel.id, .fields(kind: FrameKind.hello.rawValue)))
      }
      channel.peerHello = hello
      postHello(hello, channel, proven: isProof(hello.proof, by: .acceptor, channel))
    case (.confirm(let given), .awaitsConfirmation):
      post(.confirmed(channel.id, clock: clock, proven: isProof(given, by: .connector, channel)))
    case (.heartbeat(let time), .linked): noteClock(time)
    case (_, .linked):
      if receiveTold(frame, in: channel.input.bytes, at: moment) { return }
      let fault = replicator.receive(frame, in: channel.input.bytes, at: moment)
      if let fault { post(.malformed(channel.id, fault)) }
    default: post(.malformed(channel.id, .outOfPlace(kind: 0)))
    }
  }

  private func postHello(_ hello: Hello, _ channel: Channel, proven: Bool) {
    post(.hello(channel.id, hello, clock: clock, proven: proven))
  }

  // MARK: The end of a channel

  /// The connection is broken, or the other side has closed it.
  func fail(_ channel: Channel) {
    tellSealFailure(channel)
    if channel.stage == .dialing { return dialFailed(channel, "connection broken") }
    drop(channel)
    post(.closed(channel.id))
  }

  func close(_ id: ChannelID, saying reason: GoodbyeReason?) {
    guard let channel = channels[id.rawValue] else { return }
    if let reason, channel.stage != .dialing, !channel.speaksLegacy {
      channel.append { FrameEncoder.goodbye(reason, into: &$0) }
      _ = channel.flush()
    }
    drop(channel)
  }

  func drop(_ channel: Channel) {
    channels[channel.id.rawValue] = nil
    channel.stage = .closed
    // libevent must let go of the descriptor before it is closed.
    channel.event.want([])
    channel.close()
  }
}
