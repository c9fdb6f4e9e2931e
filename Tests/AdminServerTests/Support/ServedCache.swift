import ConnectionServer
import Platform
import SystemPackage

@testable import CacheServer

/// A cache with one worker and without a thread, which tells of itself as a server does.
final class ServedCache {
  let report: ServerReport
  private let context: ServerContext
  private let worker: WorkerThread

  init() throws {
    context = try ServerContext(settings: Settings()) { _ in }
    let (thread, session) = try CacheSession.makeWorker(context: context, journal: nil)
    worker = thread
    report = ServerReport(context)
    let statistics = Statistics(
      context: context, counters: [session.counters], pairing: Pairing(context: context))
    context.setHooks { $0.samples = { statistics.samples($0) } }
    context.setServing(true)
  }

  /// By a client that comes and goes.
  func store(_ key: String, _ value: String) throws {
    let (mine, theirs) = try Socket.pair()
    defer { Socket.close(mine) }
    context.serving.connectionOpened()
    worker.mailbox.post(.client(.plain(theirs)))
    let request = [UInt8]("set \(key) 0 0 \(value.utf8.count)\r\n\(value)\r\n".utf8)
    worker.loop.runOnce()
    _ = Socket.send(mine, request.span)
    for _ in 0..<10 { worker.loop.runOnce() }
  }

  func end() {
    worker.mailbox.post(.stop)
    worker.run()
    // They hold what holds the context.
    context.setHooks { $0 = ServerContext.Hooks() }
    context.setServing(false)
  }
}
