import Platform
import SystemPackage
import Testing

// What a fork leads to needs a process of its own: the end-to-end tests start a daemon with -d.
@Suite("A daemon", .timeLimit(.minutes(2)))
struct DaemonTests {
  @Test("is not forked off a process that has threads, whose locks would stay locked for ever")
  func refusesThreads() throws {
    let (near, far) = try Socket.pair(isBlocking: true)
    let second = try Thread.start(name: "second") {
      var buffer = ByteBuffer(capacity: 1)
      _ = buffer.receive(from: far)
    }
    #expect(throws: Errno.resourceBusy) { _ = try Daemon.detach() }
    Socket.close(near)
    second.join()
    Socket.close(far)
  }
}
