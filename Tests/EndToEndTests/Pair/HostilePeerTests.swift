import Foundation
import Testing

/// One that was let in, and then lies. The daemon may hang up; it must not end, stall its clients, or believe it.
@Suite("A hostile peer", .enabled(if: Executable.isRepcached, "memcached knows no pair"))
struct HostilePeerTests {
  let rig = Rig()
  /// The greatest stamp there is, in the year 2116.
  private static let end = UInt64(1) << 62 - 1

  struct MalformedInput: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let frames: [UInt8]
  }

  static let malformedInputs = [
    MalformedInput(testDescription: "a watermark of the year 2116", frames: FalsePeer.watermark(end)),
    MalformedInput(testDescription: "a record of the year 2116", frames: FalsePeer.record(end, "mine", [1])),
    MalformedInput(testDescription: "a delete of the year 2116", frames: FalsePeer.delete(end, "mine")),
    MalformedInput(testDescription: "a flush of the year 2116", frames: FalsePeer.flush(end)),
    MalformedInput(testDescription: "a copy's end of the year 2116", frames: FalsePeer.copyEnd(end)),
    MalformedInput(testDescription: "a stamp beyond all years", frames: FalsePeer.watermark(.max)),
    MalformedInput(testDescription: "acknowledgements from the future", frames: FalsePeer.acknowledgement(end)),
    MalformedInput(
      testDescription: "refusals of keys that never were",
      frames: (0..<20_000).flatMap { FalsePeer.refused(end, "none\($0)") }),
    MalformedInput(
      testDescription: "copies nobody asked for",
      frames: (0..<200).flatMap { _ in FalsePeer.copyBegin() + FalsePeer.copyEnd(0) }),
    MalformedInput(testDescription: "asks without end", frames: (0..<5_000).flatMap { FalsePeer.copyFromZero($0) }),
    MalformedInput(testDescription: "a frame over the cap", frames: [0x7F, 255, 255, 255, 5]),
    MalformedInput(testDescription: "a frame of nothing", frames: [0, 0, 0, 0]),
    MalformedInput(
      testDescription: "a value of 1 GB that does not come",
      frames: FalsePeer.frame(8, [UInt8](repeating: 0, count: 21) + [4] + Array("mine".utf8) + [0x40, 0, 0, 0])),
    MalformedInput(testDescription: "a second hello", frames: FalsePeer.frame(1, FalsePeer.Said().payload)),
    MalformedInput(
      testDescription: "a reference", frames: FalsePeer.frame(128, [UInt8](repeating: 0, count: 8) + [0, 1, 65])),
  ]

  @Test(
    "Whatever it says, clients are served, what they wrote stays, and a true peer is let in", arguments: malformedInputs
  )
  func malformed(input: MalformedInput) throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    let client = try a.client()
    _ = try client.store("set", "mine", "1")
    let peer = try FalsePeer(sideA.listenPort)
    try peer.join()
    #expect(a.logs("replication: accept"))
    peer.say(input.frames)
    peer.say(FalsePeer.heartbeat())
    #expect(try client.text(of: "mine") == "1")
    #expect(try client.store("set", "after", "2") == "STORED")
    let unique = try #require(try client.fetch("after")).cas
    #expect(unique < Self.end && unique < FalsePeer.Said().clock * 1_000 + 120_000_000_000)
    peer.client.resetOnClose()
    peer.client.endOutput()
    let b = try rig.launch(sideB)
    try b.mustStream()
    let clientB = try b.client()
    for (key, value) in [("mine", "1"), ("after", "2")] {
      #expect(try settled(on: value) { try clientB.text(of: key) } == value, "\(a.log)")
    }
    _ = try clientB.store("set", "there", "3")
    #expect(try settled(on: "3") { try client.text(of: "there") } == "3")
    #expect(a.log.count < 600)
  }

  @Test("It takes nothing of what it is sent, for as long as it likes: memory stays bounded") func neverReads() throws {
    let listenPort = try FreePorts.next()
    let a = try rig.daemon("-X", "\(listenPort)", "-o", "repl_queue=2")
    let client = try a.client()
    let value = String(repeating: "v", count: 1_000)
    try client.fill("k", 0..<1_000, value)
    let isOver = Flag()
    let peer = Background.start {
      let peer = try FalsePeer(listenPort)
      try peer.join()
      while !isOver.isSet {
        peer.say(FalsePeer.heartbeat())
        Kernel.sleep(microseconds: 20_000)
      }
      return true
    }
    #expect(a.logs("replication: accept"))
    let before = a.residentBytes
    for _ in 0..<40 { try client.fill("k", 0..<1_000, value) }
    #expect(a.residentBytes - before < 24 << 20)
    #expect(try eventually { try client.linkStatistic("stream_overflows") != "0" })
    #expect(try client.text(of: "k999") == value)
    #expect(!a.hasLogged("replication: close"), "\(a.log)")
    isOver.set()
    #expect(try peer.value())
  }

  @Test("Connections that stay half open or drip their hello keep neither the peer nor a client waiting")
  func slowLoris() throws {
    let (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let a = try rig.start(sideA)
    let port = sideA.listenPort
    let isOver = Flag()
    let drippers = (0..<3).map { _ in
      Background.start {
        let line = Array(("repcached-hello " + String(repeating: "0", count: 200)).utf8)
        var dripped = 0
        while !isOver.isSet {
          guard let peers = try? (0..<10).map({ _ in try FalsePeer(port) }) else { continue }
          for byte in line.prefix(30) {
            if isOver.isSet { break }
            for peer in peers { peer.say([byte]) }
            dripped += 1
            Kernel.sleep(microseconds: 5_000)
          }
        }
        return dripped
      }
    }
    let b = try rig.launch(sideB)
    try b.mustStream()
    let client = try a.client()
    for key in 0..<100 { #expect(try client.store("set", "k\(key)", "1") == "STORED") }
    let clientB = try b.client()
    #expect(try settled(on: "1") { try clientB.text(of: "k99") } == "1")
    isOver.set()
    for dripper in drippers { #expect(try dripper.value() > 0) }
    for daemon in [a, b] { #expect(!daemon.hasLogged("replication: close"), "\(daemon.log)") }
  }
}
