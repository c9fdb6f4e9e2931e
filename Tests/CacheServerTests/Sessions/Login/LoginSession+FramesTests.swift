import TestSupport
import Testing

@testable import CacheServer

@Suite("The login of the binary protocol, on a connection")
struct LoginSessionFramesTests {
  private let directory = TemporaryDirectory()
  private let clock = TestClock()

  private func rig(sasl: Bool = true) throws -> WorkerRig {
    try WorkerRig.withLogin(directory, clock) { $0.isSASLEnabled = sasl }
  }

  private static func plain(_ user: String, _ password: String, actingAs other: String = "", _ opcode: UInt8 = 0x21)
    -> BinaryFrame
  {
    BinaryFrame(opcode, "PLAIN", value: Array("\(other)\0\(user)\0\(password)".utf8))
  }

  private static let right: BinaryFrame = plain("foo", "bar")

  @Test("By PLAIN a client is in, in one step or two, and what comes behind is served") func loggedIn() throws {
    let rig = try rig()
    let one = try rig.client()
    #expect(
      one.ask([BinaryFrame(0x20), Self.right, .set("k", "v"), .get("k")])
        == ["#0 20 00 PLAIN", "#1 21 00 Authenticated", "#2 01 00 cas", "#3 00 00 cas extras=00000000 v"])
    let two = try rig.client()
    #expect(
      two.ask([BinaryFrame(0x21, "PLAIN"), Self.plain("user@realm", "pass word", 0x22), .noop])
        == ["#0 21 21", "#1 22 00 Authenticated", "#2 0a 00"])
    let three = try rig.client()
    #expect(three.ask([Self.plain("foo", "bar", actingAs: "foo")]) == ["#0 21 00 Authenticated"])
    #expect(rig.counters[.authCommands] == 3 && rig.counters[.authErrors] == 0)
  }

  @Test("It may come byte by byte") func pieces() throws {
    let client = try rig().client()
    for byte in [Self.right, .noop].numbered { #expect(client.send([byte])) }
    client.readAll()
    #expect(client.takeAnswers() == ["#0 21 00 Authenticated", "#1 0a 00"])
  }

  @Test(
    "What is no login is refused, and may be tried again at once, for nothing was guessed",
    arguments: [
      BinaryFrame(0x21, "CRAM-MD5", value: Array("\0foo\0bar".utf8)),
      BinaryFrame(0x21, "plain", value: Array("\0foo\0bar".utf8)),
      plain("foo", "bar", 0x22), plain("foo", "bar", actingAs: "bob"), BinaryFrame(0x21, "PLAIN", value: [1]),
    ])
  func nonsense(frame: BinaryFrame) throws {
    let rig = try rig()
    let client = try rig.client()
    let opcode = frame.opcode == 0x21 ? "21" : "22"
    #expect(client.ask([frame, Self.right]) == ["#0 \(opcode) 20 Auth failure.", "#1 21 00 Authenticated"])
    #expect(rig.counters[.authCommands] == 2 && rig.counters[.authErrors] == 1)
  }

  @Test("A name or a message that is too long is dropped as it comes") func tooLong() throws {
    let rig = try rig()
    let client = try rig.client()
    let name = BinaryFrame(0x21, String(repeating: "X", count: 33), value: [0, 1, 0, 2])
    let message = BinaryFrame(0x21, "PLAIN", value: [UInt8](repeating: 1, count: 1 << 20))
    #expect(
      client.ask([name, message, Self.right])
        == ["#0 21 04 Invalid arguments", "#1 21 04 Invalid arguments", "#2 21 00 Authenticated"])
    #expect(rig.counters[.authCommands] == 1)
  }

  @Test("After a wrong one the next waits") func waiting() throws {
    let rig = try rig()
    let client = try rig.client()
    #expect(client.ask([Self.plain("foo", "bab")]) == ["#0 21 20 Auth failure."])
    #expect(client.ask([BinaryFrame(0x0b), Self.right, .noop]) == ["#0 0b 00 \(Settings.version)"])
    clock.advance(seconds: 1)
    #expect(
      eventually {
        client.readAll(); return !client.received.isEmpty
      })
    #expect(client.takeAnswers() == ["#1 21 00 Authenticated", "#2 0a 00"])
    #expect(rig.counters[.authCommands] == 2 && rig.counters[.authErrors] == 1)
  }

  @Test(
    "Before it any other command is refused and closes the connection, its whole frame received",
    arguments: (0x00...0xff as ClosedRange<UInt8>).filter { ![0x0b, 0x20, 0x21, 0x22].contains($0) })
  func refused(opcode: UInt8) throws {
    let rig = try rig()
    let client = try rig.client()
    let answers = client.ask([BinaryFrame(opcode, "key", value: [UInt8](repeating: 1, count: 100_000)), .noop])
    #expect(answers == ["#0 \(opcode < 16 ? "0" : "")\(String(opcode, radix: 16)) 20 Auth failure."])
    client.readAll()
    #expect(client.isAtEnd && rig.store.statistics.itemCount == 0)
  }

  @Test("A connection logs in once") func again() throws {
    let client = try rig().client()
    #expect(
      client.ask([Self.right, Self.right, BinaryFrame(0x20), .noop])
        == ["#0 21 00 Authenticated", "#1 21 20 Auth failure.", "#2 20 00 PLAIN", "#3 0a 00"])
  }

  @Test(
    "Without -S nobody gets in by a frame, also by a right one, nor is the version told",
    arguments: [(right, "21"), (.noop, "0a"), (.init(0x0b), "0b"), (.init(0x20), "20"), (.set("k", "v"), "01")])
  func without(frame: BinaryFrame, opcode: String) throws {
    let client = try rig(sasl: false).client()
    #expect(client.ask([frame, .noop]) == ["#0 \(opcode) 20 Auth failure."])
    client.readAll()
    #expect(client.isAtEnd)
  }

  @Test("Without a login to give, the three commands are unknown") func noLogin() throws {
    let client = try WorkerRig().client()
    #expect(
      client.ask([BinaryFrame(0x20), Self.right, Self.plain("foo", "bar", 0x22)])
        == ["#0 20 81 Unknown command", "#1 21 81 Unknown command", "#2 22 81 Unknown command"])
  }
}
