import Testing

@testable import CacheServer

@Suite("Hits counted together")
struct CommandExecutorTests {
  @Test("are each counted in their class, once, however the classes follow each other")
  func classes() {
    let counters = WorkerCounters(classCount: 3)
    var hits = HitTally()
    for slabClass in [1, 1, 2, 2, 2, 1, 3] { hits.note(.hit(slabClass: slabClass), in: counters) }
    hits.note(.counted, in: counters)
    hits.note(.declined, in: counters)
    hits.count(in: counters)
    hits.count(in: counters)
    #expect((0...3).map { counters[.getHits, $0] } == [0, 3, 3, 1])
  }
}
