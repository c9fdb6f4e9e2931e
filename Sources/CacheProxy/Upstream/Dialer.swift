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

  /// Nil: there is nothing of that name.
  func statistics(_ arguments: Span<UInt8>) -> String? {
    if arguments.isEmpty { return context.report?.matrix }
    return arguments.isEqual(to: Array("proxy".utf8).span) ? context.report?.statistics : nil
  }

  var statisticPairs: [(String, String)] { context.report?.pairs ?? [] }
  func close(_ socket: FileDescriptor) { loop.close(socket) }
  func markDead(_ backend: Int, _ why: String) { context.markDead(backend, why) }
  func noteMissed(_ backend: Int, _ key: [UInt8]?) -> Bool { backends[backend].noteMissed(key) }
  /// Over TLS, where servers speak it: a channel whose handshake is to come, or none where it cannot be had.
  var speaksTLS: Bool { context.serverCredentials != nil }
  func channel(_ backend: Int, over socket: FileDescriptor) -> TLSChannel? {
    let name = context.settings.serverAuthorities == nil ? nil : backends[backend].address.host
    return try? context.serverCredentials?.context.connect(socket, to: name)
  }

  func isSecondSide(_ backend: Int) -> Bool { backends[backend].partner.map { $0 < backend } ?? false }
  func isPair(_ backend: Int) -> Bool { backends[backend].partner != nil }
  func side(of backend: Int) -> Int { context.side(of: backend) }
  func health(of backend: Int) -> Backend.Health { backends[backend].health }
  var healthVersion: UInt32 { context.currentHealthVersion }
}
