/// What the answers of two daemons to one conversation differ in.
struct DifferReport {
  /// Commands whose answers were compared.
  var compared = 0
  /// Differences that the list allows.
  var allowed: [DifferList.Entry] = []
  /// One that it does not allow.
  var finding: String?
  /// The finding is an answer that one of the two did not give: it closed, and may have given it before.
  var isMissingAnswer = false

  /// Up to the first difference: what comes behind it may follow from it. A finding is told with what was said before to the
  /// same key, or with all.
  init(
    _ conversation: DifferConversation, theirs: DifferPlayer.Answers, ours: DifferPlayer.Answers, isWhole: Bool = false
  ) {
    var answer = DifferAnswer()
    let commands = conversation.commands
    for (number, command) in commands.enumerated() {
      guard number < theirs.pieces.count || number < ours.pieces.count else { return }
      let their = number < theirs.pieces.count ? theirs.pieces[number] : nil
      let our = number < ours.pieces.count ? ours.pieces[number] : nil
      compared += 1
      if let their, let our, answer.areAlike(their, our, conversation.spoken) { continue }
      let difference = DifferList.Difference(
        commands: commands[...number], spoken: conversation.spoken, theirs: their, ours: our)
      if let entry = DifferList.entries.first(where: { $0.allows(difference) }) {
        allowed.append(entry)
      } else {
        finding = Self.tell(difference, command, isWhole: isWhole)
        // What stands behind the last sentinel is what was left when the daemon closed.
        let isEnd = { (answers: DifferPlayer.Answers) in number + 1 >= answers.pieces.count }
        isMissingAnswer = !command.isLast && (isEnd(theirs) || isEnd(ours))
      }
      return
    }
  }

  private static func tell(_ difference: DifferList.Difference, _ command: DifferCommand, isWhole: Bool) -> String {
    let earlier = difference.commands.dropLast()
    let before = (isWhole ? earlier : earlier.filter { $0.concerns(command) }.suffix(12)).map {
      "  before: \(Escape.text(shortened($0.bytes(difference.spoken, uniques: []))))"
    }
    let lines = [
      "\(difference.spoken) command \(difference.commands.count - 1)\(command.isLast ? ", the last" : ""): \(Escape.text(shortened(command.bytes(difference.spoken, uniques: []))))",
      "  theirs: \(difference.theirs.map { Escape.text(shortened($0)) } ?? "closed")",
      "  ours:   \(difference.ours.map { Escape.text(shortened($0)) } ?? "closed")",
    ]
    return (lines + before).joined(separator: "\n")
  }

  private static func shortened(_ bytes: [UInt8]) -> [UInt8] {
    bytes.count <= 400 ? bytes : bytes.prefix(300) + Array("[…]".utf8) + bytes.suffix(60)
  }
}

/// Bytes as text of one line, and back.
enum Escape {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    var text = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "\\"): text += "\\\\"
      case 0x0d: text += "\\r"
      case 0x0a: text += "\\n"
      case 0x20...0x7e: text.unicodeScalars.append(UnicodeScalar(byte))
      default: text += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      }
    }
    return text
  }

  /// Nil where it is not such a text.
  static func bytes(_ text: some StringProtocol) -> [UInt8]? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      switch rest.popFirst() {
      case UInt8(ascii: "\\"): bytes.append(byte)
      case UInt8(ascii: "r"): bytes.append(0x0d)
      case UInt8(ascii: "n"): bytes.append(0x0a)
      case UInt8(ascii: "x"):
        guard rest.count >= 2, let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
          return nil
        }
        rest = rest.dropFirst(2)
        bytes.append(code)
      default: return nil
      }
    }
    return bytes
  }
}
