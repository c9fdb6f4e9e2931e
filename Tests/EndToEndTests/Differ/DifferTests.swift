import Foundation
import TestSupport
import Testing

// Whatever a client says to memcached 1.6.45, repcached answers alike: seeded conversations of text, meta and binary commands,
// with odd spaces, numbers, lengths, noreply and quiet, split at every byte, are said to both.
//
//     seed ──▶ conversation ──▶ player ──▶ repcached  ──▶ answers ─┐
//                          └──▶ player ──▶ memcached ──▶ answers ─┴▶ comparison ──▶ equal, or in the list, or a finding
//                                              │
//                                              └ RECORD=1: kept in Transcripts, and compared by `make test` without memcached
//
// `make differ PEER=program` says COUNT commands of each protocol, from SEED on, to both. It names the seed of what it finds.

@Suite("As memcached 1.6.45", .serialized, .enabled(if: Executable.isRepcached, "it is the other side"))
struct DifferTests {
  let rig = Rig()

  /// All of them, or one that is asked for.
  private static let served = DifferProtocol.allCases.filter { spoken in
    environment["REPCACHED_DIFFER_PROTOCOL"].map { $0.isEmpty || $0 == spoken.rawValue } ?? true
  }

  private static let environment = ProcessInfo.processInfo.environment
  private static let peer = environment["REPCACHED_DIFFER_PEER"].flatMap { $0.isEmpty ? nil : $0 }
  private static let isRecording = environment["REPCACHED_DIFFER_RECORD"].map { !$0.isEmpty } ?? false
  private static func number(_ name: String, _ usual: Int) -> Int {
    environment["REPCACHED_DIFFER_\(name)"].flatMap { Int($0) } ?? usual
  }

  /// Findings told before it is enough; a single one is told with the whole conversation.
  private static let maxFindings = number("FINDINGS", 10)
  private static let maxTranscriptBytes = 110_000

  @Test("What it answered, kept in transcripts, is answered here", arguments: DifferProtocol.allCases)
  func replay(spoken: DifferProtocol) throws {
    let transcript = try DifferTranscript.read(spoken)
    #expect(transcript.entries.count > 20)
    let ours = DifferPlayer(port: try daemon().endpoint.port)
    var (compared, said) = (0, 0)
    for entry in transcript.entries {
      let report = DifferReport(entry.conversation, theirs: entry.answers, ours: try ours.play(entry.conversation))
      if let finding = report.finding { Issue.record("\(finding)") }
      compared += report.compared
      said += entry.answers.pieces.count
    }
    print("\(spoken): \(compared) of \(said) recorded answers compared")
    #expect(compared * 4 >= said * 3, "the list must not cover what comes behind a difference")
  }

  @Test(
    "Seeded conversations", .enabled(if: peer != nil && !isRecording, "make differ PEER=program"), arguments: served)
  func live(spoken: DifferProtocol) throws {
    let (theirs, ours) = try players()
    let (count, first) = (Self.number("COUNT", 100_000), Self.number("SEED", 1))
    var (compared, said, findings, seed) = (0, 0, 0, UInt64(first))
    var met = Set<String>()
    while compared < count, findings < Self.maxFindings {
      let conversation = DifferConversation.random(spoken, seed: seed)
      let report: DifferReport
      do {
        report = try compare(conversation, theirs, ours)
      } catch {
        let said = conversation.commands.map { "  \(Escape.text($0.bytes(spoken, uniques: []).prefix(200)))" }
        Issue.record("SEED=\(seed) \(conversation.split) \(error)\n\(said.joined(separator: "\n"))")
        return
      }
      compared += report.compared
      said += conversation.commands.count
      met.formUnion(report.allowed.map(\.reason))
      if let finding = report.finding {
        findings += 1
        Issue.record("SEED=\(seed) \(conversation.split) \(finding)")
      }
      seed += 1
    }
    print("\(spoken): \(compared) of \(said) commands compared, \(findings) findings, seeds \(first) to \(seed - 1)")
    for entry in DifferList.entries where entry.home == spoken {
      #expect(met.contains(entry.reason), "no stream meets the entry: \(entry.reason)")
    }
  }

  @Test(
    "Transcripts are recorded", .enabled(if: peer != nil && isRecording, "make differ RECORD=1"),
    arguments: DifferProtocol.allCases)
  func record(spoken: DifferProtocol) throws {
    let player = DifferPlayer(port: try memcached())
    var transcript = DifferTranscript()
    var (byteCount, seed) = (0, UInt64(Self.number("SEED", 1)))
    while byteCount < Self.maxTranscriptBytes {
      let conversation = DifferConversation.random(spoken, seed: seed)
      seed += 1
      let entry = DifferTranscript.Entry(conversation: conversation, answers: try player.play(conversation))
      let size = DifferTranscript.text(entry).utf8.count
      if size > 8_000 { continue }
      transcript.entries.append(entry)
      byteCount += size
    }
    try transcript.write(spoken)
  }

  @Test("What may differ has its row in docs/protocol.md", arguments: DifferList.entries.map(\.reason))
  func document(reason: String) throws {
    let root = (0..<4).reduce(URL(fileURLWithPath: #filePath)) { url, _ in url.deletingLastPathComponent() }
    let text = try String(contentsOf: root.appendingPathComponent("docs/protocol.md"), encoding: .utf8)
    #expect(text.contains("\n| \(reason)"))
  }

  /// memcached forgets the answers that it has not sent when a later command has it close, and which command does depends on
  /// what is stored. So a conversation in which one is missing is said once more, step by step, and that is what counts.
  private func compare(
    _ conversation: DifferConversation, _ theirs: DifferPlayer, _ ours: DifferPlayer
  ) throws -> DifferReport {
    func report(isStepwise: Bool) throws -> DifferReport {
      DifferReport(
        conversation, theirs: try theirs.play(conversation, isStepwise: isStepwise),
        ours: try ours.play(conversation, isStepwise: isStepwise), isWhole: Self.maxFindings == 1)
    }
    let whole = try report(isStepwise: false)
    return whole.isMissingAnswer ? try report(isStepwise: true) : whole
  }

  // MARK: The two

  private func daemon() throws -> Daemon { try rig.daemon("-m", "256", "-t", "2") }

  private func players() throws -> (theirs: DifferPlayer, ours: DifferPlayer) {
    (DifferPlayer(port: try memcached()), DifferPlayer(port: try daemon().endpoint.port))
  }

  private func memcached() throws -> UInt16 {
    let port = try FreePorts.next()
    try rig.launchOther(#require(Self.peer), ["-l", "127.0.0.1", "-p", "\(port)", "-m", "256", "-t", "2"], port: port)
    return port
  }
}
