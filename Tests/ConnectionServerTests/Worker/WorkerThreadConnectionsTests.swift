import EventLoop
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

@testable import ConnectionServer

/// Connections that come and go do not keep the others waiting.
@Suite("Connections that come and go")
struct WorkerThreadConnectionsTests {
  private static let crowd = 200
  /// What one pass may do of it, whatever the worker's own number is.
  private static let bound = 64

  /// So many more clients, put down in the worker's mailbox at once.
  private static func arrivals(_ rig: EchoRig) throws -> [FileDescriptor] {
    try (0..<crowd).map { _ in
      let (near, far) = try Socket.pair()
      rig.context.connectionOpened()
      rig.worker.mailbox.post(.client(.plain(far)))
      return near
    }
  }

  private final class Flag { var isSet = false }

  @Test("A crowd that arrives is adopted by steps, between which who asks is answered") func arriving() throws {
    let rig = try EchoRig()
    let client = try rig.client()
    let crowd = try Self.arrivals(rig)
    defer { for socket in crowd { Socket.close(socket) } }
    var adopted: UInt64 = 1
    var passes = 0
    while adopted < UInt64(Self.crowd + 1), passes < Self.crowd {
      client.offer("a\n")
      rig.turn(1)
      #expect(client.answered() == "a\n")
      let now = rig.counters[.connections]
      #expect(now - adopted <= UInt64(Self.bound))
      adopted = now
      passes += 1
    }
    #expect(adopted == UInt64(Self.crowd + 1))
  }

  @Test("A crowd that leaves is closed by steps, between which who asks is answered") func leaving() throws {
    let rig = try EchoRig()
    let clients = try (0...Self.crowd).map { _ in try rig.client() }
    for token in 1...Self.crowd {
      clients[token].close()
      rig.worker.socketReady(UInt32(token), .readable)
    }
    #expect(rig.context.connectionCount == Self.crowd + 1)
    var open = Self.crowd + 1
    for _ in 0..<Self.crowd where open > 1 {
      clients[0].offer("a\n")
      rig.worker.socketReady(0, .readable)
      rig.worker.passEnded()
      #expect(clients[0].answered() == "a\n")
      #expect((1...Self.bound).contains(open - rig.context.connectionCount))
      open = rig.context.connectionCount
    }
    #expect(rig.context.connectionCount == 1)
  }

  @Test("What is left of a crowd is done without waiting for anything to be ready") func rest() throws {
    let rig = try EchoRig()
    let crowd = try Self.arrivals(rig)
    rig.turn(1)
    // Were the next pass not scheduled it would wait for ever, or here for this net.
    let isLate = Flag()
    let net = Timer(loop: rig.worker.loop) { isLate.isSet = true }
    net.schedule(after: .seconds(20))
    let isAdopted = { rig.counters[.connections] == UInt64(Self.crowd) }
    while !isAdopted(), !isLate.isSet { rig.worker.loop.runOnce(waiting: true) }
    for socket in crowd { Socket.close(socket) }
    while rig.context.connectionCount > 0, !isLate.isSet { rig.worker.loop.runOnce(waiting: true) }
    #expect(!isLate.isSet)
  }

  @Test("An answer waits for the turns of so many others, also of such as have none") func closingsBeforeAnswers()
    throws
  {
    let rig = try EchoRig()
    let clients = try (0..<ReplyBatch.capacity + 2).map { _ in try rig.client() }
    clients[0].offer("a\n")
    rig.worker.socketReady(0, .readable)
    for token in 1..<ReplyBatch.capacity {
      #expect(clients[0].answered() == "")
      clients[token].close()
      rig.worker.socketReady(UInt32(token), .readable)
    }
    #expect(clients[0].answered() == "a\n")
    rig.worker.passEnded()
  }

  @Test("Who leaves holds nothing while he waits to be closed, and is listed as closing") func closing() throws {
    let rig = try EchoRig()
    let clients = try (0..<2).map { _ in try rig.client(sendBuffer: 1) }
    clients[0].offer("large\n")
    rig.worker.socketReady(0, .readable)
    #expect(rig.session.pinnedCount == 1)
    clients[0].close()
    rig.worker.socketReady(0, .writable)
    #expect(rig.session.pinnedCount == 0)
    final class Listed: @unchecked Sendable { var all: [ConnectionActivity] = [] }
    let listed = Listed()
    rig.worker.mailbox.post(.list { listed.all = $0.map(\.activity) })
    rig.turn(1)
    #expect(listed.all == [.closing, .reading])
    rig.turn()
    #expect(rig.context.connectionCount == 1)
  }

  @Test("Told to stop, the worker closes those who wait to be adopted, too") func stopping() throws {
    let rig = try EchoRig()
    let crowd = try Self.arrivals(rig)
    rig.end()
    #expect(rig.context.connectionCount == 0)
    for socket in crowd {
      let isClosed = eventually(within: .seconds(10)) {
        var byte: [UInt8] = [0]
        var target = byte.mutableSpan
        return Socket.receive(socket, into: &target) == .closed
      }
      #expect(isClosed)
      Socket.close(socket)
    }
  }
}
