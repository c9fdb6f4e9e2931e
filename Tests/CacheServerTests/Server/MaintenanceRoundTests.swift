import ItemStore
import Synchronization
import Testing

@testable import CacheServer
@testable import ItemStore

@Suite("Rounds of maintenance")
struct MaintenanceRoundTests {
  static func moment(_ context: ServerContext, after seconds: UInt32) -> Moment {
    let now = context.moment()
    return Moment(
      seconds: now.seconds + seconds, unixMicroseconds: now.unixMicroseconds + UInt64(seconds) * 1_000_000)
  }

  static func fill(_ rig: WorkerRig, _ count: Int, exptime: Int) throws {
    let client = try rig.client()
    let requests = (0..<count).map { "set k\($0) 0 \(exptime) 1 noreply\r\nx\r\n" }.joined()
    #expect(client.ask(requests + "version\r\n") == "\(versionLine)\r\n")
    client.close()
    rig.pump()
  }

  @Test("The index grows when it is full") func grows() throws {
    let rig = try WorkerRig { $0.hashPower = 12 }
    try Self.fill(rig, 40_000, exptime: 0)
    let before = rig.store.statistics.bucketPower
    var round = MaintenanceRound()
    round.run(rig.context, at: rig.context.moment())
    #expect(rig.store.statistics.bucketPower == before + 1)
    #expect(!rig.store.statistics.isIndexGrowing)
    #expect(try rig.client().ask("get k0 k39999\r\n") == "VALUE k0 0 1\r\nx\r\nVALUE k39999 0 1\r\nx\r\nEND\r\n")
    #expect(rig.endAndAudit() == [])
  }

  @Test("A round gives back what has expired, and walks over nothing before") func crawls() throws {
    let rig = try WorkerRig()
    try Self.fill(rig, 1_000, exptime: 100)
    var round = MaintenanceRound()
    for _ in 0..<10 { round.run(rig.context, at: rig.context.moment()) }
    #expect(rig.store.statistics.itemCount == 1_000)
    #expect(rig.store.crawledItems == 0)
    #expect(rig.store.crawlStarts == 0)
    let later = Self.moment(rig.context, after: 200)
    round.run(rig.context, at: later)
    #expect(rig.store.statistics.itemCount == 0)
    #expect(rig.store.crawledItems == 1_000)
    #expect(rig.store.crawlStarts == 1 && !rig.store.isCrawling)
    #expect(rig.endAndAudit() == [])
  }

  @Test("After a flush of a full cache a few rounds free all pages") func flush() throws {
    let rig = try WorkerRig { $0.memoryLimit = 4 << 20 }
    try Self.fill(rig, 100_000, exptime: 0)
    #expect(rig.store.statistics.pagesFree == 0)
    #expect(try rig.client().ask("flush_all\r\n") == "OK\r\n")
    var round = MaintenanceRound()
    for _ in 0..<2 { round.run(rig.context, at: rig.context.moment()) }
    #expect(rig.store.statistics.itemCount == 0)
    #expect(rig.store.statistics.pagesFree == 4)
    #expect(rig.endAndAudit() == [])
  }

  @Test("A flush of a time to come takes effect without a client") func scheduledFlush() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.ask("set a 0 0 1\r\nx\r\nflush_all 50\r\n") == "STORED\r\nOK\r\n")
    var round = MaintenanceRound()
    round.run(rig.context, at: Self.moment(rig.context, after: 49))
    #expect(rig.store.floor == .zero)
    round.run(rig.context, at: Self.moment(rig.context, after: 51))
    #expect(rig.store.floor > .zero)
  }
}
