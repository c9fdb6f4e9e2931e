import CacheServer
import Testing

@testable import AdminServer

/// What prometheus/memcached_exporter 0.16.0 exports without external storage and without a proxy: names and labels.
private let exporterNames = """
  up uptime_seconds time_seconds version{version} process_user_cpu_seconds_total process_system_cpu_seconds_total \
  read_bytes_total written_bytes_total current_connections max_connections connections_total connections_rejected_total \
  connections_yielded_total connections_listener_disabled_total current_bytes limit_bytes commands_total{command,status} \
  current_items items_total items_evicted_total items_reclaimed_total item_too_large_total item_no_memory_total \
  direct_reclaims_total lru_crawler_enabled lru_crawler_sleep lru_crawler_to_crawl lru_crawler_maintainer_thread \
  lru_crawler_hot_percent lru_crawler_warm_percent lru_crawler_hot_max_factor lru_crawler_warm_max_factor \
  lru_crawler_starts_total lru_crawler_reclaimed_total lru_crawler_items_checked_total lru_crawler_moves_to_cold_total \
  lru_crawler_moves_to_warm_total lru_crawler_moves_within_lru_total malloced_bytes slab_current_items{slab} \
  slab_items_age_seconds{slab} slab_items_crawler_reclaimed_total{slab} slab_items_evicted_total{slab} \
  slab_items_evicted_nonzero_total{slab} slab_items_evicted_time_seconds{slab} slab_items_evicted_unfetched_total{slab} \
  slab_items_expired_unfetched_total{slab} slab_items_outofmemory_total{slab} slab_items_reclaimed_total{slab} \
  slab_items_tailrepairs_total{slab} slab_items_moves_to_cold{slab} slab_items_moves_to_warm{slab} \
  slab_items_moves_within_lru{slab} slab_hot_items{slab} slab_warm_items{slab} slab_cold_items{slab} \
  slab_hot_age_seconds{slab} slab_warm_age_seconds{slab} slab_lru_hits_total{slab,lru} slab_chunk_size_bytes{slab} \
  slab_chunks_per_page{slab} slab_current_pages{slab} slab_current_chunks{slab} slab_chunks_used{slab} \
  slab_chunks_free{slab} slab_chunks_free_end{slab} slab_mem_requested_bytes{slab} \
  slab_commands_total{slab,command,status} accepting_connections
  """.split(separator: " ").map { "memcached_\($0)" }

@Suite("Metrics of the memcached_exporter")
struct ExporterFamilyTests {
  private func families() throws -> [MetricFamily] {
    let server = try ServedCache()
    defer { server.end() }
    try server.store("a", "1")
    return try #require(MetricFamily.all(server.report))
  }

  @Test("are all there, with its labels in its order, and no other of its prefix") func names() throws {
    let names = try families().filter { $0.name.hasPrefix("memcached_") }.map { family in
      let labels = (family.samples.first?.labels ?? []).map(\.name)
      return family.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}")
    }
    #expect(Set(names) == Set(exporterNames), "\(Set(names).symmetricDifference(exporterNames))")
  }

  @Test("and all others stand once, have a help, and no two series of the same labels") func unique() throws {
    let families = try families()
    #expect(Set(families.map(\.name)).count == families.count)
    for family in families {
      #expect(!family.help.isEmpty && !family.samples.isEmpty)
      #expect(Set(family.samples.map { "\($0.labels)" }).count == family.samples.count, "\(family.name)")
      #expect(family.samples.allSatisfy { Double($0.value) != nil }, "\(family.name)")
      #expect(family.name.wholeMatch(of: /[a-z_]+/) != nil, "\(family.name)")
    }
  }

  @Test("of commands count what was asked for, a cas among the sets once") func commands() throws {
    func sample(_ name: String, _ value: UInt64) -> MetricSample {
      MetricSample(name: name, kind: .counter, help: "h", value: .count(value))
    }
    let numbers: [(String, UInt64)] = [
      ("get_hits", 5), ("get_misses", 6), ("cas_hits", 3), ("cas_misses", 1), ("cas_badval", 2), ("cmd_set", 10),
      ("cmd_flush", 4),
    ]
    let general = numbers.map(sample)
    let report = ServerReport(isServing: { true }, samples: { $0 == "" ? general : [] })
    let families = try #require(MetricFamily.all(report))
    let family = try #require(families.first { $0.name == "memcached_commands_total" })
    let told = family.samples.map { "\($0.labels[0].value) \($0.labels[1].value) \($0.value)" }
    #expect(
      told == ["get hit 5", "get miss 6", "cas hit 3", "cas miss 1", "cas badval 2", "flush hit 4", "set hit 4"])
  }
}
