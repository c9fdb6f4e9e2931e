import ItemStore
import Platform
import Testing

@testable import Replication

@Suite(.serialized, .timeLimit(.minutes(5))) struct ReplicationLinkTests {
  private func master(node: UInt64 = 1, listen: SocketAddress = .loopback4(port: 0)) throws -> Daemon {
    let daemon = try Daemon(node: node, listen: listen).start()
    #expect(eventually { daemon.address != nil && daemon.isReady })
    return daemon
  }

  private func slave(of master: Daemon, node: UInt64 = 2, listen: SocketAddress = .loopback4(port: 0)) throws -> Daemon
  {
    let address: SocketAddress = try #require(master.address)
    return try Daemon(node: node, listen: listen, peer: address).start()
  }

  @Test("listens on those of its addresses that this host has, and says so if it has none")
  func missingAddress() throws {
    let foreign = SocketAddress.v4(IPv4(203 << 24 | 113 << 8 | 77), port: 0)
    let sockets = try ReplicationLink.bind([foreign, .loopback4(port: 0)])
    #expect(sockets.count == 1)
    for socket in sockets { Socket.close(socket) }
    #expect(throws: ReplicationError.self) { try ReplicationLink.bind([foreign]) }
  }

  @Test("the main job: copy, both ways, the master dies, the slave serves and is joined again")
  func mainJob() throws {
    let one = try master()
    for number in 0..<2000 { one.set("a\(number)", [1, 2, 3]) }
    let two = try slave(of: one)
    #expect(eventually { one.isStreaming && two.isStreaming })
    #expect(two.isReady && two.get("a1999") == [1, 2, 3])
    #expect(
      one.log.all
        == ["listen", "accept", "marugoto start", "marugoto 2000", "marugoto owari", "start"].map {
          "replication: \($0)"
        })
    #expect(two.log.all.dropFirst() == ["replication: marugoto copying", "replication: start"])
    #expect(two.log.all[0].hasPrefix("replication: connect (peer=127.0.0.1:"))

    one.set("x", [1], worker: 1)
    two.set("y", [2])
    two.delete("a0")
    one.delete("a1", worker: 1)
    #expect(eventually { two.get("x") == [1] && one.get("y") == [2] && one.get("a0") == nil && two.get("a1") == nil })
    #expect(eventually { one.digest == two.digest })

    one.kill()
    #expect(eventually { two.link.status.role == .master && two.address != nil })
    #expect(two.log.all.suffix(2) == ["replication: close", "replication: listen"])
    two.set("alone", [7])

    let again = try slave(of: two, node: 1)
    #expect(eventually { again.isStreaming && two.isStreaming })
    #expect(again.get("alone") == [7] && again.get("y") == [2])
    again.set("both", [8])
    two.set("ways", [9])
    #expect(eventually { two.get("both") == [8] && again.get("ways") == [9] })
    #expect(eventually { again.digest == two.digest })
    again.kill()
    two.kill()
  }

  @Test("a peer of a newer version, which says more than is known here, is answered and linked with")
  func newerVersion() throws {
    let one = try master()
    defer { one.kill() }
    let newer = try Stranger(try #require(one.address))
    var hello = Hello(
      identity: PeerIdentity(node: 9, boot: 90), unixMicroseconds: SystemClock.unixMicroseconds(),
      nonce: Nonce(high: 3, low: 4))
    (hello.version, hello.features) = (7, HelloFeatures(rawValue: .max).subtracting(.probe))
    hello = try #require(WireSamples.hello(hello, withFields: [9, 2, 77, 78]))
    #expect(newer.hasSent(hello.line))
    var answer: Hello?
    #expect(
      eventually {
        _ = newer.isClosed
        answer = WireSamples.firstHello(newer.bytes)
        return answer != nil
      })
    let told = try #require(answer)
    #expect(told.version == Hello.currentVersion && told.features == .supported)
    #expect(newer.hasSent(WireSamples.bytes { FrameEncoder.confirm(.none, into: &$0) }))
    #expect(eventually { one.link.status.peer != nil && one.link.status.peerProtocol == Hello.currentVersion })
  }

  @Test("over IPv6, too")
  func overIPv6() throws {
    let one = try master(listen: .loopback6(port: 0))
    one.set("a", [1])
    let two = try slave(of: one, listen: .loopback6(port: 0))
    #expect(eventually { two.get("a") == [1] })
    two.kill()
    one.kill()
  }

  @Test("both with -x on one port of one host: one listens, the other finds it")
  func bothDial() throws {
    let probe = try master()
    let port = try #require(probe.address)
    probe.kill()
    let sides = try [UInt64(1), 2].map { try Daemon(node: $0, listen: port, peer: port).start() }
    sides[0].set("a", [1])
    sides[1].set("b", [2])
    #expect(eventually { sides.allSatisfy { $0.isStreaming && $0.get("a") == [1] && $0.get("b") == [2] } })
    for side in sides { side.kill() }
  }

  @Test("two that dial each other keep one link")
  func dialEachOther() throws {
    let probes = try [master(), master()]
    let ports = try probes.map { try #require($0.address) }
    for probe in probes { probe.kill() }
    let sides = try (0...1).map { index in
      try Daemon(node: UInt64(index), listen: ports[index], peer: ports[1 - index]) { $0.replWait = .zero }.start()
    }
    #expect(eventually { sides.allSatisfy { $0.isStreaming } })
    sides[0].set("a", [1])
    sides[1].set("b", [2])
    #expect(eventually { sides[1].get("a") == [1] && sides[0].get("b") == [2] })
    for side in sides { side.kill() }
  }

  @Test("with a secret both must know it; who does not is refused on either side, and hears nothing of the cache")
  func secret() throws {
    let (right, wrong) = (try SharedSecret("the right secret"), try SharedSecret("the wrong secret"))
    let one = try Daemon(node: 1) { $0.secrets = PairSecrets([right]) }.start()
    #expect(eventually { one.address != nil })
    one.set("a", [1])
    let address: SocketAddress = try #require(one.address)
    for (secrets, text) in [
      (PairSecrets([wrong]), "the secrets differ"), (nil, "it has a secret, this side has none"),
    ] {
      let two = try Daemon(node: 2, peer: address) { $0.secrets = secrets }.start()
      #expect(eventually { two.isReady })
      #expect(two.get("a") == nil && two.link.status.role == .master)
      #expect(two.log.all.contains { $0.contains(text) })
      two.kill()
    }
    let two = try Daemon(node: 2, peer: address) { $0.secrets = PairSecrets([right]) }.start()
    #expect(eventually { two.get("a") == [1] })
    for side in [two, one] { side.kill() }
  }

  @Test(
    "of two secrets one that both have makes the link, so one side after the other changes to the new one",
    arguments: [
      (["old"], ["old", "new"]), (["old", "new"], ["new", "old"]), (["new", "old"], ["old", "new"]),
      (["new"], ["old", "new"]), (["old", "new"], ["new"]),
    ])
  func twoSecrets(_ listed: [String], _ dialler: [String]) throws {
    func secrets(_ names: [String]) throws -> PairSecrets {
      PairSecrets(try names.map { try SharedSecret("the \($0) secret of both") })
    }
    let (ofOne, ofTwo) = (try secrets(listed), try secrets(dialler))
    let one = try Daemon(node: 1) { $0.secrets = ofOne }.start()
    #expect(eventually { one.address != nil })
    one.set("a", [1])
    let address: SocketAddress = try #require(one.address)
    let two = try Daemon(node: 2, peer: address) { $0.secrets = ofTwo }.start()
    #expect(eventually { two.get("a") == [1] })
    for side in [two, one] { side.kill() }
  }

  @Test("whatever a stranger sends, it gets nothing of the cache, one line tells of it, and the link lives on")
  func strangers() throws {
    let one = try master()
    one.set("a", [1])
    let two = try slave(of: one)
    #expect(eventually { one.isStreaming && two.isStreaming })
    let address: SocketAddress = try #require(one.address)
    var hello = WireSamples.hello
    hello.unixMicroseconds = SystemClock.unixMicroseconds()
    hello.highestStamp = .zero
    let longFrame: [UInt8] = [0, 0, 0xFF, 0, 5] + [UInt8](repeating: 1, count: 8000)
    let attempts = [
      [UInt8]("get a\r\n".utf8), hello.line + longFrame, WireSamples.record(WireSamples.key, [1]), [0, 0, 0, 0],
    ]
    for bytes in attempts {
      let stranger = try Stranger(address)
      #expect(eventually { stranger.hasSent(bytes) })
      #expect(eventually { stranger.isClosed })
      #expect(stranger.received < 300)
    }
    #expect(one.isStreaming && one.log.all.contains { $0.hasPrefix("replication: refused 127.0.0.1") })
    two.set("b", [2])
    #expect(eventually { one.get("b") == [2] })
    for side in [two, one] { side.kill() }
  }

  @Test("a third is told already connected")
  func third() throws {
    let one = try master()
    let two = try slave(of: one)
    #expect(eventually { one.isStreaming && two.isStreaming })
    let three = try slave(of: one, node: 3)
    #expect(eventually { three.isReady && one.log.all.contains("replication: already connected") })
    #expect(one.isStreaming && one.link.status.counters.refusedPeers > 0)
    for side in [three, two, one] { side.kill() }
  }

  @Test("values of megabytes cross, also from both sides at once")
  func largeValues() throws {
    let one = try master()
    one.set("copied", [UInt8](repeating: 5, count: 9 << 20))
    let two = try slave(of: one)
    #expect(eventually { one.isStreaming && two.isStreaming })
    one.set("big", [UInt8](repeating: 6, count: 8 << 20))
    two.set("large", [UInt8](repeating: 7, count: 7 << 20))
    #expect(eventually { two.get("big")?.count == 8 << 20 && one.get("large")?.count == 7 << 20 })
    #expect(eventually { one.digest == two.digest })
    for side in [two, one] { side.kill() }
  }

  @Test("a shutdown first sends all that is queued")
  func drain() throws {
    let one = try master()
    let two = try slave(of: one)
    #expect(eventually { one.isStreaming && two.isStreaming })
    for number in 0..<20_000 { one.set("k\(number)", [UInt8](repeating: 1, count: 500), worker: number & 1) }
    one.link.shutDown(within: .seconds(5))
    #expect(two.get("k19999") != nil && two.store.statistics.itemCount == 20_000)
    two.kill()
  }

  @Test("two workers on each side write the same keys for a while; then both hold the same")
  func crossingWrites() throws {
    let one = try master()
    let two = try slave(of: one)
    #expect(eventually { one.isStreaming && two.isStreaming })
    var threads: [Thread] = []
    for (side, daemon) in [one, two].enumerated() {
      for worker in 0...1 {
        threads.append(
          try Thread.start(name: "writer") {
            for number in 0..<20_000 {
              let key = "k\(number % 500)"
              if number % 7 == 6 {
                daemon.delete(key, worker: worker)
              } else {
                daemon.set(key, [UInt8(side), UInt8(worker), UInt8(number & 255)], worker: worker)
              }
            }
          })
      }
    }
    for thread in threads { thread.join() }
    #expect(eventually { one.digest == two.digest })
    #expect(eventually { one.store.tombstoneCount == 0 && two.store.tombstoneCount == 0 })
    for side in [two, one] { side.kill() }
  }
}
