import Platform
import Testing

@testable import ConnectionServer

/// The rig's clock is turned by the test, and so is the sweep.
@Suite("Connections that are closed for what their clients do not do")
struct WorkerThreadIdleTests {
  @Test("Who has asked for nothing for too long is closed and counted, and nobody else") func idle() throws {
    let rig = try EchoRig(idleTimeout: 10)
    let (idle, active, half) = (try rig.client(), try rig.client(), try rig.client())
    #expect(idle.ask("a\n") == "a\n")
    half.send("hal")
    rig.session.now += 8
    #expect(active.ask("b\n") == "b\n")
    rig.worker.sweep()
    rig.turn()
    #expect(rig.context.connectionCount == 3)
    rig.session.now += 3
    rig.worker.sweep()
    #expect(idle.read() == "" && idle.isAtEnd)
    #expect(half.read() == "" && half.isAtEnd, "half a line is no request")
    #expect(active.ask("c\n") == "c\n" && !active.isAtEnd)
    #expect(rig.counters[.idleKicks] == 2 && rig.context.connectionCount == 1)
    #expect(rig.session.events.filter { $0 == "will close: idle" }.count == 2)
  }

  @Test("Who waits for a reply, or watches, is not idle") func waiting() throws {
    let rig = try EchoRig(idleTimeout: 10)
    let (later, held, watcher) = (try rig.client(), try rig.client(), try rig.client())
    later.send("later\n")
    held.send("hold\n")
    watcher.send("watch\n")
    rig.session.now += 1000
    rig.worker.sweep()
    rig.turn()
    #expect(rig.context.connectionCount == 3 && rig.counters[.idleKicks] == 0)
  }

  @Test("Without a timeout nobody is idle") func off() throws {
    let rig = try EchoRig()
    let client = try rig.client()
    rig.session.now += 100_000
    rig.worker.sweep()
    #expect(client.ask("a\n") == "a\n" && !rig.worker.isSweepScheduled)
  }

  @Test("Who reads nothing of what is made for it is dropped, who reads a little is not, and the next one is served")
  func stalled() throws {
    let rig = try EchoRig(readerTimeout: 20)
    let (stalled, slow) = (try rig.client(sendBuffer: 1), try rig.client(sendBuffer: 1))
    stalled.send("count\n")
    slow.send("count\n")
    #expect(rig.worker.isSweepScheduled)
    for _ in 0..<3 {
      rig.session.now += 15
      #expect(slow.readOnce() > 0)
      rig.turn()
      rig.worker.sweep()
      rig.turn()
    }
    #expect(rig.context.connectionCount == 1 && rig.session.events.contains("will close: stalled"))
    _ = stalled.read()
    #expect(stalled.isAtEnd)
    #expect(slow.read().hasSuffix("99999\n"))
    let next = try rig.client()
    #expect(next.ask("count:9000\n").hasSuffix("8999\n"))
    #expect(rig.counters[.idleKicks] == 0)
  }

  @Test("Who watches is told when there is something, and its leaving is noticed meanwhile") func watching() throws {
    let rig = try EchoRig()
    let client = try rig.client()
    #expect(client.ask("watch\n") == "")
    let place = try #require(rig.session.watching.last)
    rig.session.news = "news\n"
    rig.worker.resume(place)
    #expect(client.read() == "news\n")
    #expect(client.ask("dropped\n") == "", "what it sends is read")
    #expect(rig.session.watching.count >= 3)
    client.close()
    rig.turn()
    #expect(rig.context.connectionCount == 0)
    rig.worker.resume(place)
  }
}
