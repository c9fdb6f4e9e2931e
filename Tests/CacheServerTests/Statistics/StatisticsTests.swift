import Testing

@testable import CacheServer

@Suite("The tables of statistics")
struct StatisticsTests {
  private static let groups = ["", "settings", "items", "slabs", "sizes", "replication"]

  private func statistics(_ rig: WorkerRig) -> Statistics {
    Statistics(
      context: rig.context, counters: [rig.counters], pairing: Pairing(context: rig.context))
  }

  @Test("have one metric of a name and label, and a word of help for each", arguments: groups)
  func complete(group: String) throws {
    let rig = try WorkerRig()
    _ = try rig.client().ask("set a 0 0 1\r\nx\r\n")
    let samples = try #require(statistics(rig).samples(group))
    #expect(!samples.isEmpty)
    #expect(Set(samples.map { "\($0.label?.value ?? "") \($0.name)" }).count == samples.count)
    for sample in samples { #expect(!sample.help.isEmpty && !sample.name.contains(" "), "\(sample)") }
  }

  @Test("have the slab class as a label, where there is one") func labels() throws {
    let rig = try WorkerRig()
    _ = try rig.client().ask("set a 0 0 1\r\nx\r\n")
    let samples = try #require(statistics(rig).samples("items"))
    #expect(Set(samples.compactMap(\.label?.name)) == ["slab"])
    #expect(statistics(rig).samples("")?.contains { $0.label != nil } == false)
  }

  @Test("name nothing but what there is") func unknown() throws {
    #expect(statistics(try WorkerRig()).samples("nonsense") == nil)
  }

  @Test("count from zero after stats reset") func reset() throws {
    let rig = try WorkerRig()
    let client = try rig.client()
    _ = client.ask("set a 0 0 1\r\nx\r\nget a b\r\nincr a 1\r\ndelete a\r\ndelete a\r\n")
    let statistics = statistics(rig)
    let before = try #require(statistics.samples("")).filter { $0.kind == .counter && $0.unit == .none }
    #expect(before.contains { $0.value != .count(0) })
    statistics.reset()
    let after = try #require(statistics.samples("")).filter { $0.kind == .counter && $0.unit == .none }
    #expect(after.filter { $0.value != .count(0) }.map(\.name) == [])
  }
}
