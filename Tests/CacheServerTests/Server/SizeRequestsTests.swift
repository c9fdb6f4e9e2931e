import Testing

@testable import CacheServer

@Suite("stats sizes")
struct SizeRequestsTests {
  @Test("All who wait are answered by one walk, in its order, and who went away is forgotten") func sizes() throws {
    let rig = try WorkerRig()
    let (client, other, gone) = (try rig.client(), try rig.client(), try rig.client())
    _ = client.ask("set a 0 0 1\r\n1\r\nset b 0 0 1000\r\n\(String(repeating: "v", count: 1000))\r\n")
    client.send("version\r\nstats sizes\r\nversion\r\n")
    other.send("stats sizes\r\n")
    gone.send("stats sizes\r\n")
    gone.close()
    rig.context.sizes.answer(rig.store, now: rig.context.moment().seconds)
    client.readAll()
    other.readAll()
    #expect(
      client.takeText()
        == "VERSION \(Settings.version)\r\nSTAT 32 1\r\nSTAT 1024 1\r\nEND\r\nVERSION \(Settings.version)\r\n")
    #expect(other.takeText() == "STAT 32 1\r\nSTAT 1024 1\r\nEND\r\n")
    rig.context.sizes.answer(rig.store, now: rig.context.moment().seconds)
    other.readAll()
    #expect(other.take() == [])
  }
}
