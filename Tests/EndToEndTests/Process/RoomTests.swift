import Testing

/// Free memory serves every size, and the dead make room: what a client sees of it, as fast as it can write.
@Suite("Room", .serialized)
struct RoomTests {
  let rig = Rig()

  /// How many of so many items were stored, written in one go.
  private func fill(_ client: Client, _ name: String, _ numbers: Range<Int>, size: Int, exptime: Int = 0) throws -> Int
  {
    let value = String(repeating: "v", count: size)
    var stored = 0
    for first in stride(from: numbers.lowerBound, to: numbers.upperBound, by: 50) {
      let batch = first..<min(first + 50, numbers.upperBound)
      try client.send(batch.map { "set \(name)\($0) 0 \(exptime) \(size)\r\n\(value)\r\n" }.joined())
      for _ in batch where try client.line() == "STORED\r\n" { stored += 1 }
    }
    return stored
  }

  private func delete(_ client: Client, _ name: String, _ numbers: some Collection<Int>) throws {
    try client.send(numbers.map { "delete \(name)\($0) noreply\r\n" }.joined() + "version\r\n")
    _ = try client.line()
  }

  private func hits(_ client: Client, _ name: String, _ numbers: Range<Int>) throws -> Int {
    let before = try count(client, "get_hits")
    for number in numbers {
      try client.send("get \(name)\(number)\r\n")
      while try client.line() != "END\r\n" {}
    }
    return try count(client, "get_hits") - before
  }

  private func count(_ client: Client, _ statistic: String) throws -> Int {
    let lines = try client.statistics("")
    return try #require(lines.first { $0.name == statistic }.flatMap { Int($0.value) })
  }

  @Test("With -M all of 1,000 items of 10 KB are stored where 700 of 100 KB were deleted") func refusing() throws {
    let client = try rig.daemon("-m", "64", "-M", "-X", "0").client()
    _ = try fill(client, "l", 0..<700, size: 100_000)
    try delete(client, "l", 0..<700)
    #expect(try count(client, "slab_global_page_pool") == 64)
    #expect(try fill(client, "s", 0..<1000, size: 10_000) == 1000)
    #expect(try hits(client, "s", 0..<1000) == 1000)
  }

  @Test("A burst of 6,000 items of 6 KB finds the room of 6,000 of 11 KB, all deleted or half of them")
  func burst() throws {
    let client = try rig.daemon("-m", "60", "-X", "0").client()
    _ = try fill(client, "n", 0..<6000, size: 11_000)
    try delete(client, "n", 0..<6000)
    let before = try count(client, "evictions")
    #expect(try fill(client, "i", 0..<6000, size: 6000) == 6000)
    #expect(try hits(client, "i", 0..<6000) == 6000)
    #expect(try count(client, "evictions") == before)

    let other = try rig.daemon("-m", "60", "-X", "0").client()
    _ = try fill(other, "n", 0..<6000, size: 11_000)
    try delete(other, "n", Array(stride(from: 0, to: 6000, by: 2)))
    _ = try fill(other, "i", 0..<6000, size: 6000)
    #expect(try hits(other, "i", 0..<6000) >= 4116)
  }

  @Test("What has expired or was flushed is soon counted no more, and leaves its pages to all") func dead() throws {
    let client = try rig.daemon("-m", "64", "-X", "0").client()
    // A second or two; the rest is for machines that are busy.
    let soon = Duration.seconds(8)
    _ = try fill(client, "k", 0..<5000, size: 2000, exptime: 1)
    #expect(try settled(on: 0, .within(soon)) { try count(client, "curr_items") } == 0)
    #expect(try count(client, "reclaimed") == 5000)
    #expect(try count(client, "expired_unfetched") == 5000)
    #expect(try count(client, "slab_global_page_pool") == 64)
    _ = try fill(client, "k", 0..<5000, size: 2000)
    #expect(try client.ask("flush_all\r\n") == "OK\r\n")
    #expect(try settled(on: 0, .within(soon)) { try count(client, "curr_items") } == 0)
    #expect(try settled(on: 0, .within(soon)) { try count(client, "lru_crawler_running") } == 0)
    #expect(try count(client, "slab_global_page_pool") == 64)
  }
}
