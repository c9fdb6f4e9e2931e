import ClientLogin
import ConnectionServer
import Platform

/// What connections wait for that is neither the client's to send nor to read: a reply that another thread makes, the peer's
/// word, or the time at which a login is looked at.
extension CacheSession {
  // MARK: Replies that wait

  func deferReply(_ state: UInt32, _ reply: DeferredReply) {
    // Nothing in the binary protocol is made elsewhere, and nothing before the login.
    guard case .text(let number) = SuspendedState(state) else { return }
    let deferred = text.with { text in
      defer { text.unfinished[number].deferred = .nothing }
      return text.unfinished[number].deferred
    }
    switch deferred {
    case .digest: context.digests.add(reply)
    case .sizes: context.sizes.add(reply)
    case .connections: context.listings.add(reply)
    case .certificates: context.certificates.add(reply)
    case .nothing: break
    }
  }

  func holdReply(_ state: UInt32, at place: SuspendedPlace) {
    if case .login(let number) = SuspendedState(state) { return logins.hold(number, at: place) }
    guard let limit = context.acknowledgements.limit else { return }
    let now = SystemClock.monotonicNanoseconds()
    let isFirst = acks.with { $0.isEmpty }
    ackWakeup?.setWaiting(true)
    // What was acknowledged before this side waited has signaled nothing.
    var held = AckGate.HeldReply()
    withHeldReply(state) { held = $0 }
    let isFree = acks.with { $0.wait(held, state, at: place, now: now) }
    if isFree {
      ackTimer?.schedule(after: .zero)
    } else if isFirst {
      ackTimer?.schedule(after: limit)
    }
  }

  func releaseReplies() {
    let now = SystemClock.monotonicNanoseconds()
    while let waiter = acks.with({ $0.takeFree(now: now) }) {
      guard let worker, worker.holds(waiter.place) else { continue }
      withHeldReply(waiter.state) { $0.until = nil }
      worker.resume(waiter.place)
    }
    let deadline = acks.with { acks in
      acks.dropSettledWrites()
      return acks.nextDeadline
    }
    ackWakeup?.setWaiting(deadline != nil)
    if let deadline {
      ackTimer?.schedule(after: .nanoseconds(Int64(clamping: deadline > now ? deadline - now : 0)))
    } else {
      ackTimer?.cancel()
    }
  }
}
