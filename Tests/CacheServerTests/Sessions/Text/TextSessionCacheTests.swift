import Testing

@testable import CacheServer

@Suite("cache_memlimit, lru, lru_crawler and watch")
struct TextSessionCacheTests {
  @Test("The limit changes and shows, or is refused in memcached's words") func memoryLimit() throws {
    let rig = try WorkerRig { $0.memoryLimit = 64 << 20 }
    let client = try rig.client()
    #expect(client.ask("cache_memlimit 100\r\n") == "OK\r\n")
    #expect(client.values("settings")["maxbytes"] == "\(100 << 20)")
    #expect(client.ask("stats\r\n").contains("STAT limit_maxbytes \(100 << 20)\r\n"))
    #expect(client.ask("cache_memlimit 8 noreply\r\nversion\r\n") == "VERSION \(Settings.version)\r\n")
    #expect(rig.store.memoryLimit == 8 << 20)
    #expect(
      client.ask("cache_memlimit 999999999\r\n") == "MEMLIMIT_ADJUST_FAILED out of bounds or unable to adjust\r\n")
    #expect(rig.store.memoryLimit == 8 << 20)
  }

  @Test("lru is taken, and with -v the log says what it means here") func lru() throws {
    let rig = try WorkerRig { $0.verbosity = 1 }
    let client = try rig.client()
    #expect(client.ask("lru mode flat\r\nlru tune 10 20 1 1\r\nlru temp_ttl 60\r\n") == "OK\r\nOK\r\nOK\r\n")
    #expect(rig.log.all.count == 3 && rig.log.all.allSatisfy { $0.contains("changes nothing") })
  }

  @Test("The crawler is turned off and on, and what it would do is refused meanwhile") func crawler() throws {
    let rig = try WorkerRig { $0.startsCrawler = false }
    let client = try rig.client()
    #expect(client.values("settings")["lru_crawler"] == "no")
    for command in ["crawl all", "metadump all", "mgdump all"] {
      #expect(client.ask("lru_crawler \(command)\r\n") == "CLIENT_ERROR lru crawler disabled\r\n")
    }
    #expect(client.ask("lru_crawler enable\r\n") == "OK\r\n")
    #expect(client.ask("lru_crawler enable\r\n") == "ERROR failed to start lru crawler thread\r\n")
    #expect(client.values("settings")["lru_crawler"] == "yes")
    #expect(
      client.ask("lru_crawler crawl 1\r\nlru_crawler crawl hash\r\nlru_crawler crawl ,\r\n").hasPrefix("OK\r\nERROR"))
    #expect(rig.store.isCrawling)
    #expect(
      client.ask("lru_crawler crawl 0\r\nlru_crawler crawl 9999\r\n") == twice("BADCLASS invalid class id\r\n"))
    #expect(client.ask("lru_crawler sleep 7\r\nlru_crawler tocrawl 9\r\n") == twice("OK\r\n"))
    #expect(
      client.values("settings")["lru_crawler_sleep"] == "7" && client.values("settings")["lru_crawler_tocrawl"] == "9")
    #expect(client.ask("lru_crawler disable\r\n") == "OK\r\n" && !rig.store.isCrawlerOn)
  }

  private func twice(_ text: String) -> String { text + text }

  @Test("Dumps come behind nothing else, and other commands behind them") func dumps() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\n1\r\n")
    #expect(
      client.ask("lru_crawler mgdump all\r\nversion\r\n") == "OK\r\nmg a\r\nEN\r\nVERSION \(Settings.version)\r\n")
    #expect(
      client.ask("mn\r\nget a\r\nlru_crawler metadump all\r\n").hasSuffix(
        "ERROR cannot pipeline other commands before metadump\r\n"))
    #expect(client.ask("get a\r\nwatch\r\n").hasSuffix("ERROR cannot pipeline other commands before watch\r\n"))
  }

  @Test("--disable-dumping refuses each dump, and -W each watch") func refused() throws {
    let rig = try WorkerRig { ($0.isDumpingEnabled, $0.isWatchingEnabled) = (false, false) }
    let client = try rig.client()
    let answers = [
      "lru_crawler metadump all": "ERROR metadump not allowed\r\n",
      "lru_crawler mgdump all": "ERROR key dump not allowed\r\n",
      "stats cachedump 1 1": "CLIENT_ERROR stats cachedump not allowed\r\n",
      "stats detail on": "CLIENT_ERROR stats detail not allowed\r\n",
      "stats detail dump": "CLIENT_ERROR stats detail not allowed\r\n",
      "watch": "CLIENT_ERROR watch commands not allowed\r\n",
    ]
    for (command, answer) in answers { #expect(client.ask(command + "\r\n") == answer, "\(command)") }
  }

  @Test("A dump goes on while the store changes, for a client that reads slowly, and ends for one that leaves")
  func slowly() throws {
    let rig = try WorkerRig()
    let (client, slow, gone) = (try rig.client(), try rig.client(sendBuffer: 1), try rig.client(sendBuffer: 1))
    _ = client.ask((0..<30_000).map { "set key\($0) 0 0 3 noreply\r\nabc\r\n" }.joined())
    slow.send("lru_crawler metadump all\r\n")
    gone.send("lru_crawler metadump all\r\n")
    _ = client.ask((0..<1000).map { "delete key\($0) noreply\r\n" }.joined() + "version\r\n")
    gone.close()
    slow.readAll()
    let keys = Set(
      slow.takeText().split(separator: "\n").filter { $0.hasPrefix("key=") }.map { $0.prefix { $0 != " " } })
    #expect(keys.count >= 29_000)
    #expect(client.ask("lru_crawler mgdump 1\r\n").hasSuffix("EN\r\n"), "the next one")
    client.close()
    slow.close()
    rig.pump()
    #expect(rig.endAndAudit() == [])
  }
}
