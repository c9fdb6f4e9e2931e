import TestSupport

extension RigClient {
  /// Sends frames, numbered by their opaque, and tells all that is answered; `… n bytes` where the last is not whole.
  func ask(_ frames: [BinaryFrame]) -> [String] {
    let (answers, rest) = BinaryAnswer.all(ask(frames.numbered))
    return answers.map(\.description) + (rest == 0 ? [] : ["… \(rest) bytes"])
  }

  func takeAnswers() -> [String] { BinaryAnswer.all(take()).answers.map(\.description) }
}
