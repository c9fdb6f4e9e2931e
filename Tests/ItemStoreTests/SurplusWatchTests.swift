import Testing

@testable import ItemStore

@Suite("Free chunks that are not needed")
struct SurplusWatchTests {
  private func load(used: Int, pages: Int = 10) -> PageBalancer.Load {
    PageBalancer.Load(
      slabClass: 3, pageCount: pages, chunksPerPage: 100, usedChunks: used, totalChunks: pages * 100, evicted: 0,
      outOfMemory: 0, regretted: 0)
  }

  /// The answers to one load after the other.
  private func answers(_ watch: inout SurplusWatch, _ loads: [PageBalancer.Load]) -> [Bool] {
    var answers: [Bool] = []
    for load in loads { answers.append(watch.isIdle(load)) }
    return answers
  }

  private func loads(_ count: Int, _ load: PageBalancer.Load) -> [PageBalancer.Load] {
    Array(repeating: load, count: count)
  }

  private let almost = Array(repeating: false, count: SurplusWatch.patience - 1)

  @Test("What has been free for a second is idle, and what is needed now and then is not")
  func patience() {
    var watch = SurplusWatch()
    let first = answers(&watch, loads(SurplusWatch.patience, load(used: 750)))
    #expect(first == almost + [true])
    let needed = answers(&watch, [load(used: 751), load(used: 750)])
    #expect(needed == [false, false], "it begins anew")
  }

  @Test("A large class keeps a thirty-second of its chunks")
  func share() {
    var watch = SurplusWatch()
    let kept = answers(&watch, loads(20, load(used: 31_200, pages: 320)))
    #expect(!kept.contains(true))
    let idle = answers(&watch, loads(SurplusWatch.patience, load(used: 31_000, pages: 320)))
    #expect(idle == almost + [true])
  }

  @Test("A class that had none for a moment begins anew")
  func forgotten() {
    var watch = SurplusWatch()
    _ = answers(&watch, loads(SurplusWatch.patience - 1, load(used: 0)))
    watch.forget(3)
    let next = answers(&watch, loads(1, load(used: 0)))
    #expect(next == [false])
  }

  @Test("Those who could not free a page try again once a second")
  func rests() {
    var watch = SurplusWatch()
    var ends: [Int] = []
    for round in 0..<30 where watch.endsRests() { ends.append(round) }
    #expect(ends == [9, 19, 29])
  }
}
