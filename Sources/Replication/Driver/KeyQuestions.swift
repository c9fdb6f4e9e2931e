/// Questions that a peer was asked and has not answered.
///
/// **Bounds.** So many wait; one that has had no answer for two seconds is given up, for its answer was lost and whoever asked has gone.
/// Time is handed in.
struct KeyQuestions {
  private var waiting: [UInt32: (question: KeyQuestion, since: Duration)] = [:]
  private var lastNumber: UInt32 = 0

  static let maxWaiting = 64
  static let life = Duration.seconds(2)

  /// Its number; nil: too many wait.
  mutating func add(_ question: KeyQuestion, now: Duration) -> UInt32? {
    guard waiting.count < Self.maxWaiting else { return nil }
    lastNumber &+= 1
    waiting[lastNumber] = (question, now)
    return lastNumber
  }

  /// The one that was answered; nil: none, or it was given up.
  mutating func take(_ number: UInt32) -> KeyQuestion? { waiting.removeValue(forKey: number)?.question }

  mutating func takeOld(now: Duration) -> [KeyQuestion] {
    let old = waiting.filter { now - $0.value.since >= Self.life }
    for number in old.keys { waiting[number] = nil }
    return old.values.map(\.question)
  }

  mutating func takeAll() -> [KeyQuestion] {
    defer { waiting = [:] }
    return waiting.values.map(\.question)
  }
}
