import Platform
import Testing

@testable import repcached_tool

/// A server that means harm: it never ends, or never begins.
@Suite("A conversation with a hostile server")
struct ServerConversationTests {
  /// What a conversation ends with.
  private func failure(
    of step: ScriptedServer.Step, within seconds: String = "5", _ body: (ServerConversation) throws -> Void
  ) throws -> String {
    let server = try ScriptedServer { _ in step }
    defer { server.end() }
    let conversation = try ServerConversation(server.name, .of("--timeout", seconds))
    let error = #expect(throws: ToolError.self) { try body(conversation) }
    return error?.description ?? ""
  }

  @Test("ends where a line has no end") func line() throws {
    #expect(
      try failure(of: .sayForEver(String(repeating: "x", count: 10_000))) { _ = try $0.values() }.contains(
        "without end"))
  }

  @Test("ends where statistics have no end, by their number or by the time of the whole answer") func statistics()
    throws
  {
    let lines = String(repeating: "STAT a 1\r\n", count: 1000)
    #expect(try failure(of: .sayForEver(lines), within: "60") { _ = try $0.values() }.contains("more than there is"))
    let late = try failure(of: .dribble("STAT a 1\r\n"), within: "0.2") { _ = try $0.values() }
    #expect(late.contains("no answer in time"), "\(late)")
  }

  @Test("ends where a value is larger than any, or has something else behind it") func values() throws {
    #expect(try failure(of: .close) { _ = try $0.data(1 << 31) }.contains("a value of"))
    let longer = try failure(of: .say("abcde\r\n")) {
      try $0.send("get k\r\n")
      _ = try $0.data(3)
    }
    #expect(longer.contains("longer than it says"), "\(longer)")
  }
}
