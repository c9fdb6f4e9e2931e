import ClientLogin
import TestSupport
import Testing

@testable import CacheServer
@testable import ConnectionServer

@Suite("How far a connection has come with its server")
struct ConversationTests {
  private static func process(_ text: String, _ phase: UInt8) throws -> (
    pause: Pause, consumed: Int, phase: UInt8, reply: String
  ) {
    try process([UInt8](text.utf8), phase, .auto)
  }

  private static func process(
    _ input: [UInt8], _ phase: UInt8, _ binding: BindingProtocol, authFile: String? = nil
  ) throws -> (pause: Pause, consumed: Int, phase: UInt8, reply: String) {
    var settings = Settings()
    settings.bindingProtocol = binding
    settings.authFile = authFile
    let context = try ServerContext(settings: settings) { _ in }
    let session = CacheSession(context: context, journal: nil)
    _ = session.beginPass()
    var turn = Turn()
    turn.begin(turn.transport, phase: phase, requests: 100)
    var consumed = 0
    let pause = session.process(input.span, consumed: &consumed, &turn)
    return (pause, consumed, turn.phase, turn.reply.bytes.text)
  }

  @Test(
    "A connection's note is what it was made of",
    arguments: [
      Conversation.negotiating, .authenticating(.text), .authenticating(.binary), .authenticating(.binaryStep),
      .ready(.text),
      .ready(.binary),
    ])
  func phases(_ conversation: Conversation) {
    #expect(Conversation(phase: conversation.phase) == conversation)
    #expect(conversation.phase < 8, "it has three bits")
  }

  @Test("The first byte makes a connection ready, and none does not") func negotiating() throws {
    let begun = try Self.process("", 0)
    #expect(begun.pause == .starved && Conversation(phase: begun.phase) == .negotiating)
    let ready = try Self.process("get a\r\n", 0)
    #expect(Conversation(phase: ready.phase) == .ready(.text) && ready.reply == "END\r\n" && ready.consumed == 7)
  }

  @Test("-B says what the first byte cannot", arguments: BindingProtocol.allCases)
  func binding(_ binding: BindingProtocol) throws {
    let frame = try Self.process(BinaryFrame.noop.bytes, 0, binding)
    let text = try Self.process([UInt8]("version\r\n".utf8), 0, binding)
    #expect(Conversation(phase: frame.phase) == .ready(binding == .ascii ? .text : .binary))
    #expect(Conversation(phase: text.phase) == .ready(binding == .binary ? .binary : .text))
  }

  @Test("With a login the first byte tells by which, and no more") func login() throws {
    let text = try Self.process([UInt8]("get a\r\n".utf8), 0, .auto, authFile: "/users")
    #expect(Conversation(phase: text.phase) == .authenticating(.text))
    let frame = try Self.process(BinaryFrame.noop.bytes, 0, .auto, authFile: "/users")
    #expect(Conversation(phase: frame.phase) == .authenticating(.binary))
  }

  @Test(
    "Nothing is executed for who is not ready, of one request or of many",
    arguments: ["get a\r\nget b\r\n", "set a 0 0 1\r\nx\r\nget a\r\n", "version\r\n"])
  func authenticating(_ text: String) throws {
    let refused = try Self.process(
      [UInt8](text.utf8), Conversation.authenticating(.text).phase, .auto, authFile: "/users")
    #expect(Conversation(phase: refused.phase) == .authenticating(.text))
    #expect(refused.reply.split(separator: "\r\n").allSatisfy { $0.hasPrefix("CLIENT_ERROR ") }, "\(refused.reply)")
  }
}
