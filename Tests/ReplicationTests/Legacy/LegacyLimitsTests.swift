import ItemStore
import Testing

@testable import Replication

/// Values that a repcached 2.x cannot take: it would read their bytes as commands.
@Suite struct LegacyLimitsTests {
  @Test("a value above its -I goes as delete, by copy, by stream and where a smaller one was; the link goes on")
  func tooLarge() {
    let deadly = [UInt8](String(repeating: "get k\r\n", count: 300_000).utf8)
    for limit in [1 << 20, 512 << 10, 4096] {
      let pair = OldPair(itemLimit: limit)
      pair.set("copied", deadly)
      pair.join(.master)
      pair.settle()
      pair.set("k", "small")
      pair.settle()
      #expect(pair.old.text(of: "k") == "small")
      pair.set("k", deadly, ring: 1)
      pair.set("after", "1")
      pair.settle()
      #expect(pair.old.crash == nil && pair.old.text(of: "k") == nil && pair.old.text(of: "copied") == nil)
      #expect(pair.old.text(of: "after") == "1" && pair.bytes("k")?.count == deadly.count)
      pair.set("k", "small again")
      pair.settle()
      #expect(pair.old.text(of: "k") == "small again")
    }
  }

  @Test("values just below the limit and around the sizes of frames arrive whole, by copy and by stream")
  func justFitting() {
    let sizes = [0, 1, 4096, 4097, FrameLimits.value, FrameLimits.value + 1, (1 << 20) - 200]
    let pair = OldPair()
    for size in sizes { pair.set("copied\(size)", [UInt8](repeating: 13, count: size)) }
    pair.join(.master)
    pair.settle()
    for size in sizes {
      pair.set("streamed\(size)", [UInt8](repeating: 10, count: size), ring: 1)
      pair.set("between\(size)", "1")
    }
    pair.settle()
    #expect(pair.agrees && pair.old.items.count == 3 * sizes.count)
    #expect(pair.old.items["streamed1048376"]?.value.count == 1_048_376)
  }

  @Test("a key that would break the line is passed over")
  func keys() {
    let pair = OldPair()
    pair.set("two words", "1")
    pair.set("line\r\nstats", "1")
    pair.set("\u{0}", "1")
    pair.join(.master)
    pair.settle()
    pair.set("k 0 0 0 0\r\nget x", "1")
    pair.delete("two words")
    pair.set(String(repeating: "k", count: 250), "1")
    pair.settle()
    #expect(pair.old.crash == nil && pair.old.ignored == ["repcached-unheard"] && pair.old.items.count == 1)
  }

  @Test("an expiry beyond 2038 does not desynchronize it")
  func farExpiry() {
    let pair = OldPair()
    pair.join(.master)
    pair.set("k", [UInt8]("get x\r\n".utf8), expiresAt: .max)
    pair.settle()
    #expect(pair.old.crash == nil && pair.old.items["k"]?.expiresAt == Int64(Int32.max))
  }

  @Test("a value of its that is too large here is let go, and what was older here goes too")
  func tooLargeHere() {
    let pair = OldPair(itemLimit: 32 << 20)
    pair.join(.master)
    pair.set("k", "small")
    pair.settle()
    pair.back += pair.old.set("k", [UInt8](repeating: 1, count: 10 << 20))
    pair.oldSet("after", "1")
    pair.settle()
    #expect(pair.text("k") == nil && pair.text("after") == "1")
  }
}
