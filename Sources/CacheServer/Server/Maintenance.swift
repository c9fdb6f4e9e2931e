import ItemStore
import Platform
import Synchronization
import EventLoop

/// The maintenance thread: grows the index, crawls for dead items, moves pages, ten times a second.
///
/// Everything it does is the store's work in steps that hold a lock for microseconds; it sets the pace.
final class Maintenance: Sendable {
  private let wakeup: Wakeup
  private let thread: Thread

  static let interval = Duration.milliseconds(100)

  init(context: ServerContext) throws(ServerError) {
    do {
      let body = try MaintenanceThread(context: context)
      wakeup = body.wakeup
      thread = try Thread.start(name: "maintenance") { body.run() }
    } catch {
      throw .system("cannot start the maintenance thread: \(error)")
    }
  }

  func stop() {
    wakeup.signal()
    thread.join()
  }
}

/// The thread's own side.
private final class MaintenanceThread {
  let wakeup: Wakeup
  private let loop: EventLoop
  private let context: ServerContext
  private var timer: Timer?
  private var round = MaintenanceRound()

  init(context: ServerContext) throws(EventLoopError) {
    let loop = try EventLoop()
    self.loop = loop
    self.context = context
    wakeup = try Wakeup(loop: loop) { [unowned loop] in loop.stop() }
    timer = Timer(loop: loop) { [unowned self] in round.run(context, at: context.moment()) }
  }

  func run() {
    timer?.schedule(every: Maintenance.interval)
    loop.run()
    timer = nil
  }
}
