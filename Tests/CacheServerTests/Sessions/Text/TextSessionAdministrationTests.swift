import Platform
import Testing

@testable import CacheServer

@Suite("Commands of those who look after the cache")
struct TextSessionAdministrationTests {
  @Test("The answer is OK, or the reason, in its place among others") func answers() throws {
    let rig = try WorkerRig()
    rig.context.setHooks { $0.changePeer = { $0 == "good" ? nil : "no \($0)" } }
    let client = try rig.client()
    let long = String(repeating: "h", count: 400)
    #expect(
      client.ask("get a\r\nreplication peer good\r\nreplication peer bad\r\nreplication peer \(long)\r\nget a\r\n")
        == "END\r\nOK\r\nCLIENT_ERROR no bad\r\nCLIENT_ERROR no \(long.prefix(300))\r\nEND\r\n")
  }

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

  @Test("Statistics longer than the buffers are produced as the client reads, and what follows comes behind them")
  func streamed() throws {
    let rig = try WorkerRig()
    let lines = (0..<20_000).map { (name: "name_\($0)", value: String(repeating: "v", count: $0 % 50)) }
    rig.context.setHooks { $0.statistics = { $0 == "many" ? lines : nil } }
    let client = try rig.client(sendBuffer: 1)
    client.send("version\r\nstats many\r\nversion\r\n")
    #expect(rig.counters[.bytesWritten] < 200_000, "no more is made than the buffers hold")
    let expected = lines.map { "STAT \($0.name) \($0.value)\r\n" }.joined()
    client.readAll()
    #expect(client.takeText() == "\(versionLine)\r\n" + expected + "END\r\n\(versionLine)\r\n")
  }

  @Test("A client who goes away in the middle of statistics is forgotten") func streamedForNobody() throws {
    let rig = try WorkerRig()
    let lines = (0..<20_000).map { (name: "name_\($0)", value: "v") }
    rig.context.setHooks { $0.statistics = { _ in lines } }
    let client = try rig.client(sendBuffer: 1)
    client.send("stats\r\n")
    client.close()
    rig.pump()
    #expect(rig.context.connectionCount == 0)
    #expect(rig.endAndAudit() == [])
  }
}
