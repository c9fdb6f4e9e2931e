import MemcacheProtocol
import Testing

@Suite("The text parser, commands of those who look after the cache")
struct TextParserCacheTests {
  /// Each line was asked of memcached 1.6.45, and is read as its answer says; but that the sum of two shares does not wrap.
  static let table: [(line: String, reading: String)] = [
    ("cache_memlimit\r\n", "refused unknownCommand"),
    ("cache_memlimit -5\r\n", "refused unknownCommand"),
    ("cache_memlimit x\r\n", "refused unknownCommand"),
    ("cache_memlimit 99999999999\r\n", "refused unknownCommand"),
    ("cache_memlimit 4294967296\r\n", "refused unknownCommand"),
    ("cache_memlimit 0\r\n", "refused memoryLimitTooSmall"),
    ("cache_memlimit 7\r\n", "refused memoryLimitTooSmall"),
    ("cache_memlimit 8\r\n", "cache_memlimit 8"),
    ("cache_memlimit 1000000000\r\n", "cache_memlimit 1000000000"),
    ("cache_memlimit 1000000001\r\n", "refused memoryLimitNoMegabytes"),
    ("cache_memlimit 70 80\r\n", "cache_memlimit 70"),
    ("cache_memlimit 70 noreply\r\n", "cache_memlimit 70 noreply"),
    (" cache_memlimit 70\r\n", "cache_memlimit 70"),
    ("lru\r\n", "refused unknownCommand"),
    ("lru x\r\n", "refused unknownCommand"),
    ("lru mode flat\r\n", "lru mode"),
    ("lru mode segmented noreply\r\n", "lru mode noreply"), ("lru mode seg\r\n", "lru mode"),
    ("lru mode fla\r\n", "lru mode"),
    ("lru mode flatx\r\n", "refused unknownCommand"),
    ("lru m flat\r\n", "lru mode"),
    ("lru tune 10 20 0.1 2.0\r\n", "lru tune"),
    ("lru tune 10 20 nan nan\r\n", "lru tune"),
    ("lru tune 10 20 0.1\r\n", "refused unknownCommand"),
    ("lru tune 50 50 1 1\r\n", "refused lruShares"),
    ("lru tune 4294967295 2 1 1\r\n", "refused lruShares"),
    ("lru tune 1 2 x 1\r\n", "refused unknownCommand"),
    ("lru tune 1 2 0 1\r\n", "refused lruFactors"),
    ("lru tune 1 2 1 -1\r\n", "refused lruFactors"),
    ("lru temp_ttl 5\r\n", "lru temporaryTTL"),
    ("lru temp_ttl -1\r\n", "lru temporaryTTL"),
    ("lru temp_ttl 99999999999\r\n", "refused unknownCommand"),
    ("lru_crawler\r\n", "refused unknownCommand"),
    ("lru_crawler foo\r\n", "refused unknownCommand"),
    ("lru_crawler enable\r\n", "crawler enable"),
    ("lru_crawler e\r\n", "crawler enable"),
    ("lru_crawler enable x\r\n", "refused unknownCommand"),
    ("lru_crawler disable\r\n", "crawler disable"),
    ("lru_crawler crawl\r\n", "refused unknownCommand"),
    ("lru_crawler crawl 1,2\r\n", "crawler crawl 1,2"),
    ("lru_crawler crawl 1 2\r\n", "refused unknownCommand"),
    ("lru_crawler metadump all\r\n", "crawler metadump all"),
    ("lru_crawler m hash\r\n", "crawler metadump hash"),
    ("lru_crawler mg 7\r\n", "crawler mgdump 7"),
    ("lru_crawler metadump all noreply\r\n", "refused unknownCommand silenced"),
    ("lru_crawler sleep 1000000\r\n", "crawler sleep(1000000)"),
    ("lru_crawler sleep 1000001\r\n", "refused crawlerSleep"),
    ("lru_crawler sleep -1\r\n", "refused badCommandLine"),
    ("lru_crawler tocrawl 4294967295\r\n", "crawler toCrawl(4294967295)"),
    ("lru_crawler tocrawl 99999999999\r\n", "refused badCommandLine"),
    ("watch\r\n", "watch \(WatchKinds.fetchers.rawValue)"),
    ("watch fetchers mutations\r\n", "watch \(WatchKinds([.fetchers, .mutations]).rawValue)"),
    ("watch f e\r\n", "watch \(WatchKinds([.fetchers, .evictions]).rawValue)"),
    ("watch r\r\n", "watch \(WatchKinds.rawCommands.rawValue)"),
    ("watch re\r\n", "watch \(WatchKinds.replication.rawValue)"),
    ("watch proxy c\r\n", "watch \(WatchKinds([.proxyRequests, .connectionEvents]).rawValue)"),
    ("watch proxyevents proxyuser sysevents deletions\r\n", watchRest),
    ("watch foo\r\n", "refused unknownCommand"),
    ("watch fetchersx\r\n", "refused unknownCommand"),
    ("watch rawcmds noreply\r\n", "refused unknownCommand"),
    (" watch\r\n", "refused unknownCommand"),
  ]

  private static let watchRest =
    "watch \(WatchKinds([.proxyEvents, .proxyUser, .systemEvents, .deletions]).rawValue)"

  @Test("Each line is read as memcached reads it", arguments: table)
  func lines(_ line: String, _ reading: String) { expect(line, isReadAs: reading) }

  @Test("Classes are all, the index, or numbers that classes can have")
  func classes() {
    func read(_ text: String) -> ClassList? { ClassList(Array(text.utf8).span) }
    #expect(read("all") == .all && read("hash") == .index)
    for text in ["0", "1,0", "128", "4294967297", "99999999999999999999", "x", "1,x", "-1", "allx", "1;2"] {
      #expect(read(text) == nil, "\(text)")
    }
    let some = read("1,64,,127,")
    #expect((0...200).filter { some?.contains($0) == true } == [1, 64, 127])
    #expect(read("all")?.contains(5) == true && read("all")?.isEmpty == false)
    #expect(read(",")?.isEmpty == true)
  }

  @Test("A cachedump names a class and a number, or is refused as memcached refuses it")
  func cachedump() {
    func read(_ text: String) -> CachedumpRequest {
      let bytes = Array(text.utf8)
      var words = TokenReader(ByteRange(start: 0, count: bytes.count))
      return CachedumpRequest(&words, in: bytes.span)
    }
    #expect(read("") == .refused(.noStatistics) && read("3") == .refused(.noStatistics))
    #expect(read("3 x") == .badNumber && read("-3 1") == .badNumber && read("3 99999999999") == .badNumber)
    #expect(read("128 1") == .refused(.illegalClass))
    var classes = SlabClassSet()
    classes.insert(3)
    #expect(read("3 4294967295 more") == .dump(classes, limit: 4_294_967_295))
  }
}
