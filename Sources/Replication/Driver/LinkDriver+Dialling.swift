import Platform
import SystemPackage

/// Connecting to the peer: its name is looked up, and its addresses are dialled until one of them answers.
///
///     dial ─▶ look up (NameLookup) ─▶ connect to the first ─▶ failed, or silent for a while ─▶ and to the next …
///                                        └ the first that is connected is the dial; the others are let go
extension LinkDriver {
  func dial() {
    guard let peer else { return }
    if case .address(let address) = peer { return connect(toAny: [address]) }
    // One that came too late for its dial is as good.
    if let found = lateAddresses.take() { return connect(toAny: found) }
    isAddressAwaited = true
    post(.lookingUp)
    lookup?.ask()
  }

  func lookedUp(_ outcome: NameLookup.Outcome) {
    let isAwaited = isAddressAwaited
    isAddressAwaited = false
    switch outcome {
    case .success(let found):
      admission.peerAddresses = found
      guard isAwaited else { return lateAddresses = found }
      post(.lookedUp)
      connect(toAny: found)
    case .failure(let error):
      if isAwaited { post(.lookupFailed(error.description)) }
    }
  }

  func cancelDial() {
    isAddressAwaited = false
    dialOrder.end()
    for channel in channels.values where channel.stage == .dialing {
      dialOrder.noteTried(channel.address)
      drop(channel)
    }
  }

  // MARK: Addresses

  private func connect(toAny addresses: [SocketAddress]) {
    dialOrder.begin(addresses)
    connectToNext(orFail: "no address")
  }

  /// - Parameter why: what to say where no address is left and none is under way.
  private func connectToNext(orFail why: String) {
    var why = why
    while let address = dialOrder.next() {
      do throws(Errno) {
        let channel = addChannel(try Socket.connect(to: address), address, .dialing)
        channel.event.want(.writable)
        let limit = min(machine.settings.replWait, machine.settings.dialTimeout)
        nextAddressAt = now + dialOrder.pause(within: limit)
        return
      } catch {
        dialOrder.noteTried(address)
        why = error.description
      }
    }
    if !channels.values.contains(where: { $0.stage == .dialing }) { post(.dialFailed(why)) }
  }

  /// The address dialled last is silent: the next need not wait for it.
  func tickDial() {
    guard now >= nextAddressAt, channels.values.contains(where: { $0.stage == .dialing }) else { return }
    connectToNext(orFail: "timed out")
  }

  func dialFailed(_ channel: Channel, _ why: String) {
    drop(channel)
    dialOrder.noteTried(channel.address)
    connectToNext(orFail: why)
  }

  func finishDial(_ channel: Channel) {
    if let error = Socket.pendingError(channel.fd) { return dialFailed(channel, error.description) }
    dialOrder.noteTried(channel.address)
    dialOrder.end()
    channel.stage = .awaitsAnswer
    guard seal(channel) else { return }
    channel.event.want(.readable)
    for other in channels.values where other.stage == .dialing { drop(other) }
    post(.dialed(channel.id, address: channel.address.description, hasOthers: dialOrder.hasUntried))
  }
}
