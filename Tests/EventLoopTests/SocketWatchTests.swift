import EventLoop
import Platform
import SystemPackage
import Testing

@Suite("A watched socket")
struct SocketWatchTests {
  @Test("calls while there is something to read, and not while it is paused") func readable() throws {
    let (near, far) = try Socket.pair()
    defer { for socket in [near, far] { Socket.close(socket) } }
    let loop = try EventLoop()
    var called = 0
    let watch = try SocketWatch(loop: loop, socket: far) { called += 1 }
    _ = Socket.send(near, [UInt8(1)].span)
    loop.runOnce()
    #expect(called == 0)
    watch.resume()
    for _ in 0..<2 { loop.runOnce() }
    #expect(called == 2)
    watch.pause()
    loop.runOnce()
    #expect(called == 2)
    watch.resume()
    loop.runOnce()
    #expect(called == 3)
  }

  @Test("is silent when it is gone") func gone() throws {
    let (near, far) = try Socket.pair()
    defer { for socket in [near, far] { Socket.close(socket) } }
    let loop = try EventLoop()
    var watch: SocketWatch? = try SocketWatch(loop: loop, socket: far) { Issue.record("nobody should hear") }
    watch?.resume()
    _ = Socket.send(near, [UInt8(1)].span)
    watch = nil
    loop.runOnce()
  }
}
