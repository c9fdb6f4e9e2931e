import ConnectionServer
import Platform
import Testing

@testable import CacheServer

@Suite("The heartbeat of workers")
struct WorkerHeartbeatTests {
  @Test("It is complete when every worker has answered, and not while one is held up") func held() throws {
    let context = try ServerContext(settings: Settings()) { _ in }
    let workers = try (0..<2).map { number in
      try Worker(number: number, try CacheSession.makeWorker(context: context, journal: nil).0)
    }
    defer { for worker in workers { worker.stop() } }
    let gate = Monitor(false)
    workers[1].call { _ = gate.waitFor { $0 ? () : nil } }
    let heartbeat = WorkerHeartbeat()
    #expect(heartbeat.isComplete)
    heartbeat.ask(workers)
    #expect(!heartbeat.isComplete)
    gate.change { $0 = true }
    #expect(eventually { heartbeat.isComplete })
  }
}
