import MemcacheProtocol
import Platform
import Testing

@testable import CacheServer

@Suite("What is told to who watches")
struct WatchLogTests {
  private func lines(_ subscription: WatchSubscription) -> [String] {
    var buffer = ByteBuffer(capacity: 1 << 20)
    while subscription.take(to: &buffer, atMost: 100) {}
    return buffer.text.split(separator: "\n").map(String.init)
  }

  private func write(_ log: WatchLog, _ kind: WatchKinds, _ text: StaticString = "line") {
    log.write(kind) { $0.append(text) }
  }

  @Test("Each gets the kinds that it wants, numbered, with the time") func kinds() {
    let observation = Observation()
    let log = WatchLog(observation)
    write(log, .fetchers)
    #expect(log.values.written == 0, "nobody wants it")
    let (one, two) = (log.subscribe(.fetchers), log.subscribe([.fetchers, .mutations]))
    #expect(observation.current.watches(.mutations) && !observation.current.watches(.evictions))
    write(log, .fetchers, "first")
    write(log, .mutations, "second")
    write(log, .evictions, "third")
    let told = one.map(lines) ?? []
    #expect(told.count == 1 && told[0].hasSuffix(" gid=1 first"))
    let stamp = told[0].dropFirst(3).prefix { $0 != " " }.split(separator: ".")
    #expect(told[0].hasPrefix("ts=") && stamp.count == 2 && stamp[1].count == 6)
    #expect(two.map(lines)?.map { $0.split(separator: " ").last } == ["first", "second"])
    #expect(log.values.written == 2 && log.values.sent == 3 && log.values.watchers == 2)
  }

  @Test("Who is gone is no watcher, and what nobody watches is not wanted") func gone() {
    let observation = Observation()
    let log = WatchLog(observation)
    var one = log.subscribe(.fetchers)
    let two = log.subscribe(.mutations)
    one = nil
    #expect(log.values.watchers == 1 && !observation.current.watches(.fetchers))
    #expect(observation.current.watches(.mutations) && two?.hasLines == false && one == nil)
  }

  @Test("Twenty may watch, and the next when one has gone") func limit() {
    let log = WatchLog(Observation())
    var all = (0..<20).compactMap { _ in log.subscribe(.fetchers) }
    #expect(all.count == 20 && log.subscribe(.fetchers) == nil)
    all.removeLast()
    #expect(log.subscribe(.fetchers) != nil)
  }

  @Test("Who reads nothing holds no more than its buffer, and is told how many it has missed") func skipped() throws {
    let log = WatchLog(Observation(), bufferBytes: 8 << 10)
    let (slow, quick) = (try #require(log.subscribe(.fetchers)), try #require(log.subscribe(.fetchers)))
    var read = 0
    for _ in 0..<1000 {
      write(log, .fetchers, "a line that is somewhat long")
      read += lines(quick).count
    }
    #expect(read == 1000)
    let held = lines(slow)
    #expect(held.count < 200 && !held.contains { $0.hasPrefix("skipped=") })
    let missed = 1000 - held.count
    #expect(log.values.skipped == UInt64(missed))
    write(log, .fetchers, "after")
    let rest = lines(slow)
    #expect(rest.count == 2 && rest[0] == "skipped=\(missed)" && rest[1].hasSuffix("after"))
  }
}
