import EventLoop
import Platform
import SystemPackage
import Testing

@Suite("A socket event")
struct SocketEventTests {
  let loop: EventLoop
  let recorder = Recorder()
  let near: FileDescriptor
  let far: FileDescriptor

  init() throws {
    loop = try EventLoop()
    (near, far) = try Socket.pair()
    loop.dispatch(to: recorder)
  }

  func close() {
    Socket.close(near)
    Socket.close(far)
  }

  func sendByte() {
    let byte: [UInt8] = [1]
    #expect(Socket.send(far, byte.span) == .bytes(1))
  }

  @Test("says with its token that bytes have come, as long as they are not read")
  func readable() {
    var event = SocketEvent(loop: loop, fd: near, token: 7)
    let accepted = event.want(.readable)
    #expect(accepted)
    loop.runOnce()
    #expect(recorder.observed.isEmpty)
    sendByte()
    loop.runOnce()
    loop.runOnce()
    #expect(recorder.observed == [.init(token: 7, readiness: .readable), .init(token: 7, readiness: .readable)])
    close()
  }

  @Test("tells what it is ready for, of what is wanted")
  func bothWays() {
    var event = SocketEvent(loop: loop, fd: near, token: 1)
    sendByte()
    event.want([.readable, .writable])
    loop.runOnce()
    event.want(.writable)
    loop.runOnce()
    #expect(recorder.observed.map(\.readiness) == [[.readable, .writable], .writable])
    close()
  }

  @Test("is silent when nothing is wanted, and speaks when something is wanted again")
  func offAndOn() {
    var event = SocketEvent(loop: loop, fd: near, token: 1)
    sendByte()
    event.want(.readable)
    event.want([])
    let interest = event.interest
    #expect(interest.isEmpty)
    loop.runOnce()
    #expect(recorder.observed.isEmpty)
    event.want(.readable)
    loop.runOnce()
    #expect(recorder.observed.count == 1)
    close()
  }

  @Test("says that the peer has gone")
  func hangUp() {
    var event = SocketEvent(loop: loop, fd: near, token: 1)
    event.want(.readable)
    Socket.close(far)
    loop.runOnce()
    #expect(recorder.observed.map(\.readiness) == [.readable])
    Socket.close(near)
  }

  @Test("may be destroyed, and its socket closed, by the call it makes")
  func destroyedWhileDispatched() {
    var event: SocketEvent? = SocketEvent(loop: loop, fd: near, token: 1)
    event?.want(.readable)
    sendByte()
    recorder.onReady = { _, _ in
      event = nil
      Socket.close(near)
    }
    loop.runOnce()
    loop.runOnce()
    #expect(recorder.observed.count == 1)
    recorder.onReady = nil
    Socket.close(far)
  }

  @Test("may destroy another that is ready too, which is then not heard")
  func destroyingAnother() throws {
    let (otherNear, otherFar) = try Socket.pair()
    let events = Events(SocketEvent(loop: loop, fd: near, token: 0), SocketEvent(loop: loop, fd: otherNear, token: 1))
    let byte: [UInt8] = [1]
    _ = Socket.send(otherFar, byte.span)
    sendByte()
    recorder.onReady = { token, _ in events.destroy(1 - token) }
    loop.runOnce()
    #expect(recorder.observed.count == 1)
    recorder.onReady = nil
    close()
    Socket.close(otherNear)
    Socket.close(otherFar)
  }

  @Test("of a new socket that got the old one's number is told apart")
  func reusedDescriptor() throws {
    var old: SocketEvent? = SocketEvent(loop: loop, fd: near, token: 1)
    old?.want(.readable)
    loop.runOnce()
    old = nil
    close()
    let (newNear, newFar) = try Socket.pair()
    var event = SocketEvent(loop: loop, fd: newNear, token: 2)
    event.want(.readable)
    let byte: [UInt8] = [1]
    _ = Socket.send(newFar, byte.span)
    loop.runOnce()
    #expect(recorder.observed == [.init(token: 2, readiness: .readable)])
    Socket.close(newNear)
    Socket.close(newFar)
  }

  @Test("is refused for a descriptor that cannot be watched, or is found silent")
  func unwatchable() throws {
    var event = SocketEvent(loop: loop, fd: FileDescriptor(rawValue: 1_000_000), token: 1)
    _ = event.want(.readable)
    loop.runOnce()
    #expect(recorder.observed.isEmpty)
    close()
  }

  @Test("keeps the loop alive")
  func outlivesTheLoopsOwner() throws {
    var event: SocketEvent?
    do {
      let other = try EventLoop()
      event = SocketEvent(loop: other, fd: near, token: 1)
      event?.want(.readable)
    }
    event?.want(.writable)
    event = nil
    close()
  }

  /// Two events which a closure can destroy.
  final class Events {
    var first: SocketEvent?
    var second: SocketEvent?

    init(_ first: consuming SocketEvent, _ second: consuming SocketEvent) {
      first.want(.readable)
      second.want(.readable)
      self.first = consume first
      self.second = consume second
    }

    func destroy(_ token: UInt32) {
      if token == 0 { first = nil } else { second = nil }
    }
  }
}
