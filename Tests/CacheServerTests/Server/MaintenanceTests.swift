import Platform
import Synchronization
import Testing

@testable import CacheServer

@Suite("The maintenance thread")
struct MaintenanceTests {
  @Test("It works until it is stopped, and stops at once") func stops() throws {
    let context = try ServerContext(settings: Settings()) { _ in }
    let rig = try WorkerRig()
    for _ in 0..<5 { try Maintenance(context: context).stop() }
    // A digest is a sign of life.
    let maintenance = try Maintenance(context: rig.context)
    let client = try rig.client()
    client.send("stats digest\r\n")
    while client.read() == 0 { rig.worker.loop.runOnce(waiting: true) }
    maintenance.stop()
    #expect(client.takeText() == "STAT digest 0000000000000000\r\nEND\r\n")
  }
}
