import EventLoop
import Platform

/// What the operating system tells the daemon to do: to end, or (SIGHUP) to read its files anew.
extension Server {
  func watchSignals() throws(EventLoopError) {
    for signal in [ProcessSignal.terminate, ProcessSignal.interrupt, ProcessSignal.user1] {
      signals.append(try SignalEvent(loop: loop, signal: signal) { [unowned self] in stop() })
    }
    // A terminal that goes away is no reason to lose the cache.
    signals.append(
      try SignalEvent(loop: loop, signal: ProcessSignal.hangUp) { [unowned self] in
        notifier.map { $0.reload(reload) } ?? reload()
      })
  }

  private func reload() {
    files.reload()
    whenHungUp()
  }
}
