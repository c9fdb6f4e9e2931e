import TestSupport

/// What was answered, without what differs by nature: cas uniques are times, and statistics tell of both.
struct ComparableAnswers: Equatable {
  private let answers: [[UInt8]]

  init(_ bytes: [UInt8]) {
    answers = bytes.first == 0x81 ? Self.frames(bytes) : Self.lines(bytes)
  }

  /// Binary ones: without the cas unique.
  private static func frames(_ bytes: [UInt8]) -> [[UInt8]] {
    BinaryAnswer.all(bytes).answers.filter { $0.opcode != 0x10 }.map { answer in
      [answer.opcode, UInt8(truncatingIfNeeded: answer.status)] + BinaryFrame.network(answer.opaque) + answer.extras
        + answer.key + answer.value
    }
  }

  private static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
    bytes.split(separator: 10, omittingEmptySubsequences: false).filter { !$0.starts(with: "STAT ".utf8) }
      .map(withoutUniques)
  }

  private static func withoutUniques(_ line: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var digits: [UInt8] = []
    for byte in line + [0] {
      if byte >= 0x30, byte <= 0x39 {
        digits.append(byte)
        continue
      }
      result += digits.count >= 15 ? [0x23] : digits
      digits = []
      result.append(byte)
    }
    return result
  }
}
