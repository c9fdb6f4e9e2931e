import Foundation
import Testing

/// A peer that is wrong in any way is refused with one line and the reason, `-v` or not, and gets nothing of the cache.
@Suite("Refused peers", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct RefusedPeerTests {
  let rig = Rig()

  struct Fault: Sendable, CustomTestStringConvertible {
    let reason: String
    let say: @Sendable (FalsePeer) throws -> Void

    var testDescription: String { reason }

    static let all = [
      Fault(reason: "it speaks version 9, this side 1") { try $0.sayHello { $0.version = 9 } },
      Fault(reason: "its clock is 99 s ahead of this side's") { try $0.sayHello { $0.clock += 99_900_000 } },
      Fault(reason: "its clock is 99 s behind this side's") { try $0.sayHello { $0.clock -= 99_000_000 } },
      Fault(reason: "its clock was wrong: it has items from") {
        try $0.join { $0.highestStamp = 1 << 62 - 1 }
      },
      Fault(reason: "it has a secret, this side has none: -o repl_secret") { try $0.sayHello { $0.flags = 2 } },
      Fault(reason: "no hello") { $0.say([UInt8](repeating: 200, count: 5_000)) },
      Fault(reason: "no hello") { $0.say(Array("GET / HTTP/1.1\r\n\r\n".utf8)) },
      Fault(reason: "no hello") { $0.say([255, 255, 255, 255, 5]) },
      Fault(reason: "no hello") { $0.say(Array("repcached-hello 0001".utf8)) },
      Fault(reason: "unreadable hello") { $0.say(Array("repcached-hello 0001\r\n".utf8)) },
      Fault(reason: "unreadable hello") {
        $0.say(Array(("repcached-hello " + String(repeating: "0", count: 5_000)).utf8))
      },
      Fault(reason: "frame of 4294967295 bytes") {
        try $0.sayHello()
        $0.say([255, 255, 255, 255, 5])
      },
      Fault(reason: "frame 0 out of place") {
        try $0.sayHello()
        $0.say(FalsePeer.record(9, "k", [1]))
      },
    ]
  }

  @Test("One line says why, without -v too, and nothing of the cache is told", arguments: Fault.all)
  func refused(fault: Fault) throws {
    let (port, listenPort) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try rig.launch(
      exactly: ["-l", "127.0.0.1", "-p", "\(port)", "-X", "\(listenPort)"], endpoint: .local(port))
    #expect(daemon.becomesReady())
    let client = try daemon.client()
    _ = try client.store("set", "precious-key", "precious-value")
    for _ in 0..<3 {
      let peer = try FalsePeer(listenPort)
      try fault.say(peer)
      let heard = try peer.rest()
      #expect(!heard.contains("precious") && heard.utf8.count < 300)
    }
    #expect(daemon.log(atLeast: 1).count == 1, "\(daemon.log)")
    let line = try #require(daemon.log.first)
    #expect(line.hasPrefix("replication: refused 127.0.0.1:") && line.contains("(\(fault.reason)"), "\(line)")
    #expect(try settled(on: "3") { try client.linkStatistic("refused_peers") } == "3")
    #expect(try client.text(of: "precious-key") == "precious-value" && client.text(of: "k") == nil)
  }

  @Test("Whom -x names is refused by the same line, on the side that dials") func refusedOnDial() throws {
    let (port, peerPort) = (try FreePorts.next(), try FreePorts.next())
    var hello = FalsePeer.Said()
    hello.clock += 3_600_000_000
    let impostor = try Impostor(port: peerPort, answer: FalsePeer.frame(1, hello.payload))
    let daemon = try rig.launch(
      exactly: [
        "-l", "127.0.0.1", "-p", "\(port)", "-X", "\(try FreePorts.next()):\(peerPort)", "-x", "127.0.0.1",
      ], endpoint: .local(port))
    #expect(daemon.becomesReady())
    _ = try daemon.client().store("set", "precious", "1")
    #expect(eventually { impostor.greetings.count > 2 })
    #expect(daemon.log(atLeast: 1).count == 1, "\(daemon.log)")
    #expect(daemon.log.first?.contains("refused 127.0.0.1:\(peerPort) (its clock is 3") == true, "\(daemon.log)")
    for greeting in impostor.greetings { #expect(!greeting.contains("precious") && greeting.utf8.count < 500) }
  }

  @Test("Handshakes are limited: a flood of hellos is told in a line and counted") func handshakeRate() throws {
    let listenPort = try FreePorts.next()
    let daemon = try rig.daemon("-X", "\(listenPort)")
    for _ in 0..<60 {
      let peer = try FalsePeer(listenPort)
      try? peer.sayHello { $0.version = 9 }
      _ = try peer.rest()
    }
    #expect(eventually { daemon.log.contains { $0.hasSuffix("(too many handshakes)") } }, "\(daemon.log)")
    #expect(daemon.log.count { $0.contains("refused") } <= 4, "\(daemon.log)")
    let client = try daemon.client()
    #expect(try settled(on: "60") { try client.linkStatistic("refused_peers") } == "60")
  }

  @Test(
    "A start that is refused leaves no socket and no pid file behind",
    arguments: ["secret", "replication port"])
  func leftovers(kind: String) throws {
    let folder = try rig.folder()
    let taken = try FreePorts.next()
    let listener = try Kernel.listen(on: .local(taken))
    defer { Kernel.close(listener) }
    var arguments = ["-s", folder.file("socket"), "-l", "127.0.0.1"]
    switch kind {
    case "secret": arguments += ["-X", "\(try FreePorts.next())", "-o", "repl_secret=/no/such/file"]
    case "replication port": arguments += ["-X", "\(taken)"]
    default: Issue.record("no such kind")
    }
    for detaching in [[], ["-d"]] {
      let run = try Run.asUser(arguments + ["-P", folder.file("pid")] + detaching)
      #expect(run.isRefusal, "\(run)")
      #expect(folder.files == [])
    }
  }
}
