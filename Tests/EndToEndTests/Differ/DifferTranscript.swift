import Foundation

/// Conversations with 1.6.45, and what it answered: kept in the repository, said again to repcached by `make test`.
///
/// ```
///   = whole                     a conversation, and how it is split
///   > get k0\r\n                a command; \u0 stands for the first unique shown, a ! before the > for the last
///   < END\r\n                   its answer
/// ```
struct DifferTranscript {
  struct Entry {
    let conversation: DifferConversation
    let answers: DifferPlayer.Answers
  }

  var entries: [Entry] = []

  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Transcripts")

  static func file(_ spoken: DifferProtocol) -> URL { folder.appendingPathComponent("\(spoken.rawValue).txt") }

  // MARK: Writing

  func write(_ spoken: DifferProtocol) throws {
    try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
    let head = "What memcached 1.6.45 answers: written by `make differ RECORD=1`, read by DifferTranscript.swift.\n"
    try (head + entries.map(Self.text).joined()).write(to: Self.file(spoken), atomically: true, encoding: .utf8)
  }

  static func text(_ entry: Entry) -> String {
    var text = "= \(name(entry.conversation.split))\n"
    for (number, command) in entry.conversation.commands.enumerated() {
      text += (command.isLast ? "!" : "") + "> " + command.pieces.map(self.text).joined() + "\n"
      if number < entry.answers.pieces.count { text += "< " + Escape.text(entry.answers.pieces[number]) + "\n" }
    }
    return text
  }

  private static func text(_ piece: DifferCommand.Piece) -> String {
    switch piece {
    case .bytes(let bytes): Escape.text(bytes)
    case .unique(let number): "\\u\(number)"
    }
  }

  private static func name(_ split: DifferConversation.Split) -> String {
    switch split {
    case .whole: "whole"
    case .parts(let seed): "parts \(seed)"
    case .bytes: "bytes"
    }
  }

  // MARK: Reading

  static func read(_ spoken: DifferProtocol) throws -> DifferTranscript {
    let text = try String(contentsOf: file(spoken), encoding: .utf8)
    var transcript = DifferTranscript()
    for part in text.components(separatedBy: "\n= ").dropFirst() {
      let lines = part.split(separator: "\n")
      guard let first = lines.first, let split = split(first) else {
        throw RigError("no conversation: \(part.prefix(80))")
      }
      transcript.entries.append(try entry(DifferConversation(spoken: spoken, split: split), lines.dropFirst()))
    }
    return transcript
  }

  private static func entry(_ empty: DifferConversation, _ lines: ArraySlice<Substring>) throws -> Entry {
    var (conversation, answers) = (empty, DifferPlayer.Answers())
    for line in lines {
      if line.hasPrefix("< "), let bytes = Escape.bytes(line.dropFirst(2)) {
        answers.pieces.append(bytes)
      } else if line.hasPrefix("> ") || line.hasPrefix("!> "), let pieces = pieces(line.drop { $0 != ">" }.dropFirst(2))
      {
        conversation.commands.append(DifferCommand(pieces, isLast: line.hasPrefix("!")))
      } else {
        throw RigError("no line of a transcript: \(line)")
      }
    }
    answers.said = conversation.commands.count
    return Entry(conversation: conversation, answers: answers)
  }

  /// `\u` does not stand in escaped bytes: a backslash there is doubled.
  private static func pieces(_ line: Substring) -> [DifferCommand.Piece]? {
    var pieces: [DifferCommand.Piece] = []
    for (number, part) in line.components(separatedBy: "\\u").enumerated() {
      var rest = part[...]
      if number > 0 {
        guard let digit = rest.popFirst(), let unique = Int(String(digit)) else { return nil }
        pieces.append(.unique(unique))
      }
      guard let bytes = Escape.bytes(rest) else { return nil }
      if !bytes.isEmpty || part.isEmpty && number == 0 { pieces.append(.bytes(bytes)) }
    }
    return pieces
  }

  private static func split(_ line: Substring) -> DifferConversation.Split? {
    let words = line.split(separator: " ")
    switch words.first {
    case "whole": return .whole
    case "bytes": return .bytes
    case "parts": return words.last.flatMap { UInt64($0) }.map { .parts(seed: $0) }
    default: return nil
    }
  }
}
