import TestSupport

extension DifferConversation {
  private static let usualCount = 40
  private static let drippedCount = 12

  /// One of a seed: the same commands every time.
  static func random(_ spoken: DifferProtocol, seed: UInt64) -> DifferConversation {
    var words = DifferWords(random: SeededRandom(seed: seed))
    var conversation = DifferConversation(spoken: spoken)
    let isDripped = words.chance(40)
    conversation.split = isDripped ? .bytes : words.chance(250) ? .parts(seed: words.random.next()) : .whole
    let next = maker(spoken, words)
    while conversation.commands.count < (isDripped ? drippedCount : usualCount) {
      let command = next()
      if isDripped, command.bytes(spoken, uniques: []).count > 2000 { continue }
      conversation.commands.append(command)
      if command.isLast { break }
    }
    return conversation
  }

  private static func maker(_ spoken: DifferProtocol, _ words: DifferWords) -> () -> DifferCommand {
    switch spoken {
    case .text:
      var commands = TextCommands(words: words)
      return { commands.next() }
    case .meta:
      var commands = MetaCommands(words: words)
      return { commands.next() }
    case .binary:
      var commands = BinaryCommands(words: words)
      return { commands.next() }
    }
  }
}
