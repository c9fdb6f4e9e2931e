import Testing

@testable import ConnectionServer

/// Answers over several datagrams, and how many there may be.
@Suite("The answer to a datagram")
struct DatagramReplyTests {
  @Test("An answer bears its request's number") func number() throws {
    let rig = try DatagramRig()
    let client = try rig.client()
    client.send("hello\n", request: 0xbeef)
    rig.echo.turn()
    #expect(client.receive()?.frame == DatagramFrame(request: 0xbeef, number: 0, total: 1))
  }

  @Test("A long one comes in datagrams of 1400 bytes, counted from 0") func several() throws {
    let line = String(repeating: "a", count: 3000) + "\n"
    let client = try DatagramRig().client()
    let answers = client.ask(line)
    #expect(answers.map { $0.prefix(3) } == ["0/3", "1/3", "2/3"])
    #expect(answers.map { $0.utf8.count - 5 } == [1392, 1392, 217])
    #expect(answers.map { $0.dropFirst(5) }.joined() == line)
  }

  @Test("One that fills its last datagram has no empty one behind it", arguments: [1391, 1392, 1393, 2784])
  func edges(count: Int) throws {
    let client = try DatagramRig().client()
    #expect(client.ask(String(repeating: "a", count: count - 1) + "\n").count == (count + 1391) / 1392)
  }

  @Test("A large value goes out from where it is kept, behind its frame") func segment() throws {
    let rig = try DatagramRig(replyLimit: 64)
    let client = try rig.client()
    let answers = client.ask("large:20000\n")
    #expect(answers.count == 15)
    #expect(
      answers.map { $0.split(separator: " ", maxSplits: 1)[1] }.joined() == String(repeating: "x", count: 20_000)
        + "END\n")
    #expect(rig.echo.session.pinnedCount == 0)
  }

  @Test("More than the limit is refused, and what stands behind it is not executed", arguments: ["large\n", "count\n"])
  func limit(request: String) throws {
    let rig = try DatagramRig()
    let client = try rig.client()
    #expect(client.ask(request + "hello\n") == ["0/1: no room for \(request.prefix(5))\n"])
    #expect(rig.echo.session.pinnedCount == 0)
    #expect(client.ask("hello\n") == ["0/1: hello\n"])
  }

  @Test("The limit is that of all answers to one datagram") func sum() throws {
    let client = try DatagramRig(replyLimit: 3).client()
    #expect(client.ask("a\nb\nc\nd\ne\n") == ["0/1: a\n", "0/1: b\n", "0/1: c\n", "0/1: no room for d\ne\n\n"])
  }

  @Test("An answer that outgrows the buffer is whole, where it may be so long") func growth() throws {
    let client = try DatagramRig(replyLimit: 64).client()
    let answers = client.ask("count:14000\n")
    #expect(answers.count == 53)
    let text = answers.map { $0.split(separator: " ", maxSplits: 1)[1] }.joined()
    #expect(text == (0..<14_000).map { "\($0)\n" }.joined())
  }
}
