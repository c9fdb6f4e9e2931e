/// Hits of `get` that follow each other in one slab class: counted together, as nearly all of a group are.
struct HitTally {
  private var slabClass = 0
  private var hits = 0

  @inline(__always)
  mutating func note(_ answered: Engine.Answered, in counters: WorkerCounters) {
    guard case .hit(let other) = answered else { return }
    if other != slabClass {
      count(in: counters)
      slabClass = other
    }
    hits += 1
  }

  /// To be called at the end, before anybody asks for the counters.
  mutating func count(in counters: WorkerCounters) {
    if hits > 0 { counters.add(.getHits, hits, in: slabClass) }
    hits = 0
  }
}
