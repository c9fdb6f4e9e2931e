import TestSupport

/// The same client in the binary protocol: frames, numbered by their opaque, and answers.
extension Client {
  func send(_ frames: [BinaryFrame]) throws { try send(frames.numbered) }

  func answer() throws -> BinaryAnswer {
    var bytes = try bytes(24)
    guard let count = BinaryAnswer.bodyCount(bytes) else { throw RigError("not an answer's header: \(bytes)") }
    bytes += try self.bytes(count)
    guard let answer = BinaryAnswer(from: &bytes) else { throw RigError("an answer of impossible counts: \(bytes)") }
    return answer
  }

  func ask(_ frame: BinaryFrame) throws -> BinaryAnswer {
    try send(frame.bytes)
    return try answer()
  }

  /// All answers until the one with this opaque, which is left out.
  func answers(until opaque: UInt32) throws -> [BinaryAnswer] {
    var answers: [BinaryAnswer] = []
    while true {
      let answer = try answer()
      if answer.opaque == opaque { return answers }
      answers.append(answer)
    }
  }

  /// The lines of `stat`.
  func binaryStatistics(_ group: String = "") throws -> [BinaryAnswer] {
    try send(BinaryFrame(0x10, group).bytes)
    var answers: [BinaryAnswer] = []
    while true {
      let answer = try answer()
      if answer.key.isEmpty { return answers }
      answers.append(answer)
    }
  }
}
