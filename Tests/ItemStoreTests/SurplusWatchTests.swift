import Testing

@testable import ItemStore

@Suite("Free chunks that are not needed")
struct SurplusWatchTests {
  private func load(used: Int, pages: Int = 10) -> PageBalancer.Load {
    PageBalancer.Load(
      slabClass: 3, pageCount: pages, chunksPerPage: 100, usedChunks: used, totalChunks: pages * 100, evicted: 0,
      outOfMemory: 0, regretted: 0)
  }

  @Test("What has been free for a second is idle, and what is needed now and then is not")
  func patience() {
    var watch = SurplusWatch()
    for _ in 1..<SurplusWatch.patience { #expect(!watch.isIdle(load(used: 750))) }
    #expect(watch.isIdle(load(used: 750)))
    #expect(!watch.isIdle(load(used: 751)))
    #expect(!watch.isIdle(load(used: 750)), "it begins anew")
  }

  @Test("A large class keeps a thirty-second of its chunks")
  func share() {
    var watch = SurplusWatch()
    for _ in 0..<20 { #expect(!watch.isIdle(load(used: 31_200, pages: 320))) }
    for _ in 1..<SurplusWatch.patience { _ = watch.isIdle(load(used: 31_000, pages: 320)) }
    #expect(watch.isIdle(load(used: 31_000, pages: 320)))
  }

  @Test("A class that had none for a moment begins anew")
  func forgotten() {
    var watch = SurplusWatch()
    for _ in 1..<SurplusWatch.patience { _ = watch.isIdle(load(used: 0)) }
    watch.forget(3)
    #expect(!watch.isIdle(load(used: 0)))
  }

  @Test("Those who could not free a page try again once a second")
  func rests() {
    var watch = SurplusWatch()
    let ends = (0..<(3 * SurplusWatch.patience)).filter { _ in watch.endsRests() }
    #expect(ends == [9, 19, 29])
  }
}
