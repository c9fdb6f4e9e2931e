import Platform
import Testing

@testable import ConnectionServer

@Suite("A datagram")
struct WorkerStateDatagramsTests {
  @Test("Each request in it is answered by a message of its own") func several() throws {
    let client = try DatagramRig().client()
    #expect(client.ask("a\nb\n") == ["0/1: a\n", "0/1: b\n"])
  }

  @Test("What it is counted as among others, and what is reserved, is nobody's concern") func sequence() throws {
    let client = try DatagramRig().client()
    #expect(client.ask("a\n", number: 7) == ["0/1: a\n"])
    client.send(raw: [0, 1, 0, 0, 0, 1, 9, 9] + Array("b\n".utf8))
    #expect(client.answers() == ["0/1: b\n"])
  }

  @Test("One of several, and one of none, is dropped", arguments: [0, 2, 256, 257, 65_535])
  func total(total: UInt16) throws {
    let client = try DatagramRig().client()
    #expect(client.ask("a\n", total: total) == [])
    #expect(client.ask("b\n") == ["0/1: b\n"])
  }

  @Test("One that is shorter than a frame, or has nothing behind it, is dropped", arguments: 0...8)
  func short(count: Int) throws {
    let client = try DatagramRig().client()
    client.send(raw: Array([0, 1, 0, 0, 0, 1, 0, 0].prefix(count)))
    #expect(client.answers() == [])
    #expect(client.ask("b\n") == ["0/1: b\n"])
  }

  @Test(
    "What is not whole in it is dropped, and takes nothing of the next", arguments: ["half", "more\n", "more\nrest"])
  func unfinished(request: String) throws {
    let rig = try DatagramRig()
    let client = try rig.client()
    #expect(client.ask(request) == [])
    #expect(client.ask("b\n") == ["0/1: b\n"])
    #expect(client.ask("c\n" + request) == ["0/1: c\n"])
  }

  @Test("It is a conversation of its own") func phase() throws {
    let client = try DatagramRig().client()
    #expect(client.ask("phase\n") == ["0/1: 1\n"])
    #expect(client.ask("phase\nphase\n") == ["0/1: 1\n", "0/1: 2\n"])
  }

  @Test("What stands behind a farewell is not executed") func farewell() throws {
    let client = try DatagramRig().client()
    #expect(client.ask("a\nquit\nb\n") == ["0/1: a\n"])
    #expect(client.ask("b\n") == ["0/1: b\n"])
  }

  @Test("It goes to who sent it") func senders() throws {
    let rig = try DatagramRig()
    let (one, two) = (try rig.client(), try rig.client())
    one.send("one\n")
    two.send("two\n")
    #expect(one.answers() == ["0/1: one\n"])
    #expect(two.answers() == ["0/1: two\n"])
  }

  @Test("From the port that is listened on it is another server's answer, and dropped") func loop() throws {
    let rig = try DatagramRig()
    let neighbour = IPv4(0x7f00_0002)
    #expect(try rig.client(from: .v4(neighbour, port: rig.port)).ask("a\n") == [])
    #expect(try rig.client(from: .v4(neighbour, port: 0)).ask("a\n") == ["0/1: a\n"])
  }

  @Test("A reply that is made elsewhere comes when it is made, and then what stands behind it") func deferred() throws {
    let rig = try DatagramRig()
    let client = try rig.client()
    #expect(client.ask("a\nlater\nb\n", request: 9) == ["0/1: a\n"])
    #expect(client.ask("other\n") == ["0/1: other\n"])
    rig.echo.session.deferred[0].send("made\n")
    #expect(client.answers() == ["0/1: made\n", "0/1: b\n"])
    rig.echo.session.deferred[0].send("made again\n")
    #expect(client.answers() == [])
  }

  @Test("A reply that is made elsewhere has the limit too") func deferredLimit() throws {
    let rig = try DatagramRig(replyLimit: 1)
    let client = try rig.client()
    #expect(client.ask("later\n") == [])
    rig.echo.session.deferred[0].send(String(repeating: "a", count: 1393))
    #expect(client.answers() == ["0/1: no room for later\n"])
  }

  @Test("A reply that is held goes when it may, and then what stands behind it") func held() throws {
    let rig = try DatagramRig()
    let client = try rig.client()
    #expect(client.ask("hold\nb\n") == [])
    #expect(client.ask("other\n") == ["0/1: other\n"])
    let place = rig.echo.session.held[0]
    #expect(rig.echo.worker.holds(place))
    rig.echo.worker.resume(place)
    #expect(client.answers() == ["0/1: held\n", "0/1: b\n"])
    #expect(!rig.echo.worker.holds(place))
  }
}
