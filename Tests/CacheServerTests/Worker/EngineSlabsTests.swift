import Testing

@testable import CacheServer

@Suite("Executing slabs")
struct EngineSlabsTests {
  @Test("A page moves to the class that is named, in the next round of maintenance") func reassign() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    let value = String(repeating: "x", count: 100_000)
    for number in 0..<30 { #expect(client.ask("set k\(number) 0 0 100000\r\n\(value)\r\n") == "STORED\r\n") }
    let slabClass = try #require(rig.store.slabStatistics.first { $0.pageCount > 1 }).slabClass
    let pages = { (number: Int) in rig.store.slabStatistics[number - 1].pageCount }
    let before = pages(slabClass)
    #expect(client.ask("slabs reassign \(slabClass) 1\r\n") == "OK\r\n")
    #expect(client.ask("slabs reassign \(slabClass) 1\r\n") == "BUSY currently processing reassign request\r\n")
    #expect(pages(1) == 0)
    var round = MaintenanceRound()
    round.run(rig.context, at: rig.context.moment())
    #expect(pages(1) == 1 && pages(slabClass) == before - 1)
    client.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }

  @Test("automove tells the store") func automove() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    for level in [0, 2, 1] {
      #expect(client.ask("slabs automove \(level)\r\n") == "OK\r\n")
      #expect(rig.store.automoveLevel == level)
    }
    #expect(
      client.ask("slabs automove 0 noreply\r\nslabs automove 3\r\nslabs automove ratio 0.5\r\n") == "ERROR\r\nOK\r\n")
    #expect(rig.store.automoveLevel == 0)
  }
}
