import CacheServer
import Testing

@Suite("The sub-options of -o")
struct FlagOptionsTests {
  private func settings(_ list: String) throws -> Settings {
    var settings = Settings()
    try settings.set("-o", list)
    return settings
  }

  @Test("are read from one list")
  func list() throws {
    let settings = try settings(
      "maxconns_fast,hashpower=20,slab_chunk_max=4,repl_wait=250,repl_queue=8,repl_secret=/etc/s=1,modern")
    #expect(settings.refusesExcessConnections)
    #expect(settings.hashPower == 20)
    #expect(settings.maxChunkSize == 4096)
    #expect(settings.peering.connectMilliseconds == 250)
    #expect(settings.peering.queueBytes == 8 << 20)
    #expect(settings.peering.secretFile == "/etc/s=1")
  }

  @Test("name where HTTP is served, on loopback where no host is told")
  func http() throws {
    #expect(try settings("http=9150").http == Settings.Address(host: "localhost", port: 9150))
    #expect(try settings("http=*:9150").http == Settings.Address(port: 9150))
    #expect(try settings("http=[::1]:9150").http == Settings.Address(host: "::1", port: 9150))
    #expect(try settings("http=cache-a:9150").http == Settings.Address(host: "cache-a", port: 9150))
  }

  @Test("can take a switch back")
  func takeBack() throws {
    #expect(try !settings("maxconns_fast,no_maxconns_fast").refusesExcessConnections)
  }

  @Test("may be an empty list")
  func empty() throws {
    #expect(try settings("") == Settings())
    #expect(try settings("no_modern,") == settings("no_modern"))
  }

  @Test(
    "are refused by name",
    arguments: [
      ("idle_timeouts=5", "-o idle_timeouts is unknown"),
      (",", "-o has nothing between two commas, or before the first"),
      ("modern,,no_modern", "-o has nothing between two commas, or before the first"),
      ("modern,nonsense=/x", "-o nonsense is unknown"),
      ("modern=1", "-o modern takes no value"),
      ("hot_lru_pct", "-o hot_lru_pct needs a value: hot_lru_pct=..."),
      ("slab_automove=3", "-o slab_automove must be a number from 0 to 2, not '3'"),
      ("http", "-o http needs a value: http=..."),
      ("http=", "-o http takes a port, not ''"),
      ("http=0", "-o http must be a port from 1 to 65535, not '0'"),
      ("http=host", "-o http takes port, host:port or [v6]:port, not 'host'"),
      ("http=host:0", "-o http takes port, host:port or [v6]:port, not 'host:0'"),
      ("hashpower", "-o hashpower needs a value: hashpower=..."),
      ("hashpower=33", "-o hashpower must be a number from 12 to 32, not '33'"),
      ("slab_chunk_max", "-o slab_chunk_max needs a value: slab_chunk_max=..."),
      ("slab_chunk_max=0", "-o slab_chunk_max must be kilobytes from 1 to 1024, not '0'"),
      ("slab_chunk_max=4096", "-o slab_chunk_max must be kilobytes from 1 to 1024, not '4096'"),
      ("slab_chunk_max=12", "-o slab_chunk_max must be a power of two, not '12'"),
      ("slab_chunk_max=4k", "-o slab_chunk_max takes kilobytes, not '4k'"),
      ("maxconns_fast=1", "-o maxconns_fast takes no value"),
      ("repl_ack", "-o repl_ack needs a value: repl_ack=..."),
      ("repl_legacy=1", "-o repl_legacy takes no value"),
      ("repl_secret", "-o repl_secret needs a value: repl_secret=..."),
      ("repl_secret=", "-o repl_secret takes a file's name, not ''"),
      ("a\nb", "-o a?b is unknown"),
    ])
  func refused(list: String, line: String) {
    let error = #expect(throws: SettingsError.self) { try settings(list) }
    #expect(error?.description == line)
  }
}
