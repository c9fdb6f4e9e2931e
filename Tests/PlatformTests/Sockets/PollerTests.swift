import Platform
import SystemPackage
import Testing

@Suite("A poller")
struct PollerTests {
  let near: FileDescriptor
  let far: FileDescriptor

  init() throws { (near, far) = try Socket.pair() }

  @Test("tells by its token which descriptor is ready, and for what")
  func ready() throws {
    var poller = try Poller()
    try poller.add(near, token: 7, .readable)
    try poller.add(far, token: 8, .writable)
    let count = poller.wait(nanoseconds: nil)
    let token = poller.token(at: 0)
    let readiness = poller.readiness(at: 0)
    #expect(count == 1 && token == 8 && readiness == .writable)
    Socket.close(near)
    Socket.close(far)
  }

  @Test("waits no longer than it is told, and forgets what is changed or removed")
  func changes() throws {
    var poller = try Poller()
    try poller.add(near, token: 1, .writable)
    try poller.change(near, token: 1, .readable)
    let none = poller.wait(nanoseconds: 1000)
    #expect(none == 0)
    try poller.change(near, token: 2, .writable)
    let one = poller.wait(nanoseconds: 0)
    let token = poller.token(at: 0)
    #expect(one == 1 && token == 2)
    try poller.remove(near)
    let removed = poller.wait(nanoseconds: 0)
    #expect(removed == 0)
    Socket.close(near)
    Socket.close(far)
  }

  @Test("reports a hang-up as ready for everything")
  func hangUp() throws {
    var poller = try Poller()
    try poller.add(near, token: 1, .readable)
    Socket.close(far)
    _ = poller.wait(nanoseconds: nil)
    let readiness = poller.readiness(at: 0)
    #expect(readiness == [.readable, .writable])
    Socket.close(near)
  }
}
