import ConnectionServer
import Platform
import SystemPackage
import TestSupport

@testable import CacheServer

/// A cache with one worker and without a thread, which tells of itself as a server does.
final class ServedCache {
  let report: ServerReport
  let access: AdminAccess
  private let context: ServerContext
  private let worker: WorkerThread

  /// - Parameter users: of -Y.
  init(users: String? = nil, _ change: (inout Settings) -> Void = { _ in }) throws {
    var settings = Settings()
    change(&settings)
    if users != nil { settings.authFile = "users" }
    context = try ServerContext(settings: settings) { _ in }
    if let users { try Self.load(users, context) }
    let (thread, session) = try CacheSession.makeWorker(context: context, journal: nil)
    worker = thread
    report = ServerReport(context)
    let pairing = Pairing(context: context)
    let statistics = Statistics(context: context, counters: [session.counters], pairing: pairing)
    access = AdminAccess(context, pairing)
    let mailbox = worker.mailbox
    access.setAdopt { mailbox.post(.client($0)) }
    context.setHooks {
      $0.samples = { statistics.samples($0) }
      $0.sideNumbers = { statistics.sideNumbers }
    }
    context.setServing(true)
  }

  private static func load(_ users: String, _ context: ServerContext) throws {
    let directory = TemporaryDirectory()
    _ = try context.loadUsers(try directory.write(users, to: "users"))
  }

  /// As SIGHUP does.
  func reload(users: String) throws { try Self.load(users, context) }

  /// By a client that comes and goes.
  func store(_ key: String, _ value: String) throws {
    let request = [UInt8]("set \(key) 0 0 \(value.utf8.count)\r\n\(value)\r\n".utf8)
    guard let command = access.command(request) else { throw Errno.noBufferSpace }
    for _ in 0..<1000 where command.poll() == .underWay { turn() }
  }

  /// Turns the worker's loop.
  func turn() {
    context.listings.begin(context.serving.listeners)
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
