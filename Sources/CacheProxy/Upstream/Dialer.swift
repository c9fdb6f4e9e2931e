import EventLoop
import Platform
import SystemPackage
import Transport

/// Makes connections to backends, for one worker.
///
/// What becomes of a connection is told to `handler`, with its number, when the loop finds its socket ready.
final class Dialer {
  private let loop: EventLoop
  private let backends: [Backend]
  private let context: ProxyContext
  var handler: (UInt32, Readiness) -> Void = { _, _ in }

  init(loop: EventLoop, context: ProxyContext) {
    (self.loop, self.context) = (loop, context)
    backends = context.backends
  }

  /// A connection under way; it is writable when it is there. Nil where it is refused at once.
  func dial(_ backend: Int, as number: UInt32) -> StreamWatch? {
    do throws(Errno) {
      let socket = try Socket.connect(to: backends[backend].socketAddress)
      if !backends[backend].socketAddress.isUnix { try? Socket.setNoDelay(socket) }
      try? Socket.setKeepAlive(socket)
      guard let watch = try? StreamWatch(loop: loop, socket: socket, { [unowned self] in handler(number, $0) }) else {
        Socket.close(socket)
        return nil
      }
      watch.want(.writable)
      return watch
    } catch {
      context.markDead(backend, "\(error)")
      return nil
    }
  }

  func statistics(_ arguments: Span<UInt8>) -> String { context.statistics(arguments) }
  func markDead(_ backend: Int, _ why: String) { context.markDead(backend, why) }
  func noteMissed(_ backend: Int, _ key: [UInt8]?) -> Bool { backends[backend].noteMissed(key) }
  func health(of backend: Int) -> Backend.Health { backends[backend].health }
  var healthVersion: UInt32 { context.currentHealthVersion }
}
