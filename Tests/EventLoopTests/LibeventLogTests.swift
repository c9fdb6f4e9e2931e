import EventLoop
import Synchronization
import Testing

@Suite("What libevent complains of")
struct LibeventLogTests {
  @Test("goes to the handler, and not to standard error")
  func reentrance() throws {
    let lines = Lines()
    EventLoop.sendWarnings(to: { lines.add($0) })
    let loop = try EventLoop()
    let wakeup = try Wakeup(loop: loop) { [unowned loop] in loop.runOnce() }
    wakeup.signal()
    loop.runOnce()
    // libevent warns of a loop that is run from its own handler.
    #expect(lines.all.contains { $0.hasPrefix("libevent: ") && $0.contains("reentrant") })
  }

  private final class Lines: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }
}
