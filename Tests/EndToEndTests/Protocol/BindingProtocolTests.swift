import TestSupport
import Testing

@Suite("Which protocol a connection speaks: -B")
struct BindingProtocolTests {
  let rig = Rig()

  private static let version = "version\r\n"

  @Test("The first byte tells, also when it comes alone; it is told once", arguments: [[String](), ["-B", "auto"]])
  func auto(_ options: [String]) throws {
    let daemon = try rig.daemon(options)
    let (text, client) = (try daemon.client(), try daemon.client())
    try client.drip(BinaryFrame.noop.bytes)
    #expect(try client.answer().opcode == 0x0a)
    #expect(try text.ask(Self.version).hasPrefix("VERSION"))
    try text.send([0x80])
    #expect(try text.ask("\r\n") == Exchange.badLine)
  }

  @Test("With -B ascii a frame is text, and no command") func ascii() throws {
    let client = try rig.daemon("-B", "ascii").client()
    try client.send(BinaryFrame(0x25).bytes + Array("\r\n".utf8))
    #expect(try client.line() == "ERROR\r\n")
    #expect(try client.ask(Self.version).hasPrefix("VERSION"))
  }

  @Test("With -B binary text is no frame, and closes the connection when it is as long as a header") func binary()
    throws
  {
    let daemon = try rig.daemon("-B", "binary")
    let client = try daemon.client()
    #expect(try client.ask(.noop).status == 0)
    let text = try daemon.client()
    try text.send("get a\r\nget b\r\nget c\r\nget d\r\n")
    #expect(try text.rest() == "")
  }

  @Test("stats settings tells it", arguments: [("auto", "auto-negotiate"), ("ascii", "ascii")])
  func told(_ name: String, _ told: String) throws {
    let client = try rig.daemon("-B", name).client()
    #expect(try client.statistics("settings").first { $0.name == "binding_protocol" }?.value == told)
  }
}
