import EventLoop

/// A handler that writes down what it hears, and may be told to act on it.
final class Recorder: EventHandler {
  var observed: [Observed] = []
  var onReady: ((UInt32, Readiness) -> Void)?
  /// How much had been observed at the end of each pass.
  var observedByPass: [Int] = []

  struct Observed: Equatable {
    let token: UInt32
    let readiness: Readiness
  }

  func socketReady(_ token: UInt32, _ readiness: Readiness) {
    observed.append(Observed(token: token, readiness: readiness))
    onReady?(token, readiness)
  }

  func passEnded() { observedByPass.append(observed.count) }
}
