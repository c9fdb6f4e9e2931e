import Testing

@testable import CacheServer

@Suite("stats items and stats slabs")
struct SlabMetricsTests {
  @Test("An empty cache has no classes to tell of") func empty() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    #expect(client.ask("stats items\r\n") == "END\r\n")
    #expect(client.ask("stats slabs\r\n") == "STAT active_slabs 0\r\nSTAT total_malloced 0\r\nEND\r\n")
  }

  @Test("stats items names what memcached names for each class that holds items") func items() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask(
      "set a 0 0 1\r\nx\r\nset b 0 0 1\r\nx\r\nset c 0 0 5000\r\n\(String(repeating: "v", count: 5000))\r\n")
    let lines = client.statistics("items")
    let classes = lines.filter { $0.name.hasSuffix(":number") }
    #expect(classes.map(\.value) == ["2", "1"])
    let fields = lines.prefix(lines.count / 2).map { String($0.name.split(separator: ":")[2]) }
    #expect(
      fields.joined(separator: " ") == """
        number number_hot number_warm number_cold age_hot age_warm age mem_requested evicted evicted_nonzero evicted_time \
        outofmemory tailrepairs reclaimed expired_unfetched evicted_unfetched evicted_active crawler_reclaimed \
        crawler_items_checked lrutail_reflocked moves_to_cold moves_to_warm moves_within_lru direct_reclaims hits_to_hot \
        hits_to_warm hits_to_cold hits_to_temp
        """)
    #expect(lines.first { $0.name.hasSuffix(":age") }?.value == "0")
  }

  @Test("stats items counts what was evicted") func evictions() throws {
    let rig = try WorkerRig { $0.memoryLimit = 2 << 20 }
    let client = try rig.client()
    for number in 0..<3_000 {
      client.send("set k\(number) 0 0 900 noreply\r\n\(String(repeating: "v", count: 900))\r\n")
    }
    let evicted = client.statistics("items").filter { $0.name.hasSuffix(":evicted") }.compactMap { Int($0.value) }
    let total = evicted.reduce(0, +)
    #expect(total > 500)
    let values = client.values("")
    #expect(values["evictions"] == "\(total)")
    #expect(values["evicted_unfetched"] == "\(total)")
    #expect(values["curr_items"] == "\(3_000 - total)")
  }

  @Test("stats slabs tells of each class that has or had pages, then of all") func slabs() throws {
    let rig = try WorkerRig { $0.peering.listenPort = 0 }
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\nx\r\nget a\r\ngets a\r\ntouch a 0\r\ndelete a\r\n")
    let lines = client.statistics("slabs")
    let fields = lines.dropLast(2).map { String($0.name.split(separator: ":")[1]) }
    #expect(
      fields.joined(separator: " ") == """
        chunk_size chunks_per_page total_pages total_chunks used_chunks free_chunks free_chunks_end get_hits cmd_set \
        delete_hits incr_hits decr_hits cas_hits cas_badval touch_hits
        """)
    let values = Dictionary(
      uniqueKeysWithValues: lines.map { (String($0.name.split(separator: ":").last ?? ""), $0.value) })
    let expected = [
      "get_hits": "2", "cmd_set": "1", "delete_hits": "1", "touch_hits": "1", "active_slabs": "0",
      "total_malloced": "1048576", "total_pages": "0", "used_chunks": "0",
    ]
    for (name, value) in expected { #expect(values[name] == value, "\(name)") }
    #expect(client.values("")["slab_global_page_pool"] == "64")
  }
}
