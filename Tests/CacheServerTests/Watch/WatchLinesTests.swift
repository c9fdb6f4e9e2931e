import ItemStore
import MemcacheProtocol
import Platform
import Testing

@testable import CacheServer

/// The forms are those of memcached 1.6.45.
@Suite("Lines of those who watch")
struct WatchLinesTests {
  /// What one call writes, without time and number.
  private func line(_ kinds: WatchKinds, _ body: (WatchLog) -> Void) -> String {
    let log = WatchLog(Observation())
    guard let subscription = log.subscribe(kinds) else { return "" }
    body(log)
    var buffer = ByteBuffer(capacity: 8192)
    _ = subscription.take(to: &buffer, atMost: 8192)
    return buffer.text.split(separator: " ", maxSplits: 2).dropFirst(2).joined()
  }

  private let key = Array("k\n\u{1b}".utf8)
  private let item = WatchLog.ItemFacts(slabClass: 3, valueCount: 40)

  @Test("Lookups tell what was found") func fetched() {
    let words: [(Lookup, String)] = [
      (.hit, "found"), (.miss, "not_found"), (.flushed, "flushed"), (.expired, "expired"),
    ]
    for (found, word) in words {
      #expect(
        line(.fetchers) { $0.fetched(key.span, found, item, client: 7) }
          == "type=item_get key=k%0A%1B status=\(word) clsid=3 cfd=7 size=40\n")
    }
  }

  @Test("Stores tell what came of them") func stored() {
    let outcomes: [(StoreOutcome, String)] = [
      (.stored(.zero), "stored"), (.notStored, "not_stored"), (.exists, "exists"), (.notFound, "not_found"),
      (.tooLarge, "too_large"), (.outOfMemory, "no_memory"),
    ]
    for (outcome, word) in outcomes {
      #expect(
        line(.mutations) { $0.stored(key.span, outcome, .cas, timeToLive: 60, item, client: 7) }
          == "type=item_store key=k%0A%1B status=\(word) cmd=cas ttl=60 clsid=3 cfd=7 size=40\n")
    }
  }

  @Test("Deletes, moves of pages and crawls") func others() {
    #expect(
      line(.deletions) { $0.deleted(key.span, isMeta: true, item) }
        == "type=deleted key=k%0A%1B cmd=md clsid=3 size=40\n")
    #expect(line(.systemEvents) { $0.pageMoved(from: 4, to: 0) } == "type=slab_move src=4 dst=0 state=ok\n")
    #expect(
      line(.systemEvents) { $0.crawled(examined: 9, reclaimed: 2) } == "type=lru_crawler examined=9 reclaimed=2\n")
  }

  @Test("Clients that come and go") func connections() {
    let address = SocketAddress.numeric(host: "::1", port: 9)
    #expect(
      line(.connectionEvents) { $0.connection(5, address, nil) }
        == "type=conn_new rip=::1 rport=9 transport=tcp cfd=5\n")
    #expect(
      line(.connectionEvents) { $0.connection(5, .unix(path: ""), .idle) }
        == "type=conn_close rip=unix rport=0 transport=local reason=idle_timeout cfd=5\n")
    #expect(line(.connectionEvents) { $0.connection(5, nil, .error) }.contains("reason=error"))
    #expect(line(.connectionEvents) { $0.connection(5, nil, .shutdown) }.contains("reason=shutdown"))
    #expect(
      line(.connectionEvents) { $0.handshakeFailed(5, "http request") } == "type=conntlserr fd=5 msg=http request\n")
  }

  @Test("Texts of others end no line, write to no terminal, and are bounded") func texts() {
    let request = Array("get \u{1b}[2J \u{7f}\r\nset".utf8)
    #expect(line(.rawCommands) { $0.requested(request.span, client: 3) } == "<3 get \\x1b[2J \\x7f\n")
    let worst = [UInt8](repeating: 1, count: 100_000)
    #expect(line(.rawCommands) { $0.requested(worst.span, client: 3) }.utf8.count < 2100)
    #expect(line(.replication) { $0.replication("replication: close") } == "type=replication msg=replication: close\n")
    let long = String(repeating: "é", count: 9000)
    #expect(line(.replication) { $0.replication(long) }.utf8.count < 2100)
  }
}
