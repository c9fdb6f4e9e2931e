import EventLoop
import Platform
import SystemPackage
import Testing

@Suite("A watched connection")
struct StreamWatchTests {
  @Test("calls for what is wanted, and for nothing else") func wanted() throws {
    let (near, far) = try Socket.pair()
    defer { for socket in [near, far] { Socket.close(socket) } }
    let loop = try EventLoop()
    var told: [Readiness] = []
    let watch = try StreamWatch(loop: loop, socket: far) { told.append($0) }
    loop.runOnce()
    #expect(told.isEmpty)
    watch.want(.writable)
    loop.runOnce()
    #expect(told == [.writable])
    watch.want(.readable)
    loop.runOnce()
    #expect(told == [.writable])
    _ = Socket.send(near, [UInt8(1)].span)
    loop.runOnce()
    #expect(told == [.writable, .readable])
    watch.want([])
    loop.runOnce()
    #expect(told.count == 2)
  }

  /// Two connections, of which the second is made when the first is given up in its own call.
  private final class Owner {
    let loop: EventLoop
    var first: StreamWatch?
    var second: StreamWatch?
    var calls = 0
    var sockets: [FileDescriptor] = []

    init(_ loop: EventLoop) { self.loop = loop }

    func replace() {
      guard let old = first?.socket, let (near, far) = try? Socket.pair() else { return }
      first = nil
      loop.close(old)
      sockets += [near, far]
      second = try? StreamWatch(loop: loop, socket: near) { [unowned self] _ in
        calls += 1
        second?.want([])
      }
      second?.want(.writable)
    }
  }

  @Test("One that takes the place of another, wanting the same, is watched") func replaced() throws {
    let (near, far) = try Socket.pair()
    defer { Socket.close(far) }
    let owner = Owner(try EventLoop())
    owner.first = try StreamWatch(loop: owner.loop, socket: near) { [unowned owner] _ in owner.replace() }
    owner.first?.want(.writable)
    for _ in 0..<5 { owner.loop.runOnce() }
    #expect(owner.calls == 1)
    owner.second = nil
    for socket in owner.sockets { Socket.close(socket) }
  }

  @Test("A descriptor is closed when the next pass is over") func closing() throws {
    let (near, far) = try Socket.pair()
    defer { Socket.close(far) }
    let loop = try EventLoop()
    let identity = Socket.identity(near)
    loop.close(near)
    #expect(Socket.identity(near) == identity)
    for _ in 0..<2 { loop.runOnce() }
    #expect(Socket.identity(near) != identity)
  }
}
