import EventLoop

/// A handler that writes down what it hears, and may be told to act on it.
final class Recorder: EventHandler {
  var heard: [Heard] = []
  var onReady: ((UInt32, Readiness) -> Void)?
  /// How much had been heard at the end of each pass.
  var heardByPass: [Int] = []

  struct Heard: Equatable {
    let token: UInt32
    let readiness: Readiness
  }

  func socketReady(_ token: UInt32, _ readiness: Readiness) {
    heard.append(Heard(token: token, readiness: readiness))
    onReady?(token, readiness)
  }

  func passEnded() { heardByPass.append(heard.count) }
}
