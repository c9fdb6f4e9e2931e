import Testing

@testable import ItemStore

@Suite("The decision which class gives a page")
struct PageBalancerTests {
  private func load(
    _ slabClass: UInt8, pages: Int, perPage: Int = 100, used: Int? = nil, evicted: UInt64 = 0
  ) -> PageBalancer.Load {
    PageBalancer.Load(
      slabClass: slabClass, pageCount: pages, chunksPerPage: perPage, usedChunks: used ?? pages * perPage,
      totalChunks: pages * perPage, evicted: evicted, outOfMemory: 0)
  }

  @Test("While nobody evicts no page moves")
  func quiet() {
    let balancer = PageBalancer(classCount: 2)
    #expect(balancer.decide([load(1, pages: 10), load(2, pages: 1)], beyondLimit: 0) == nil)
  }

  @Test("The class whose items live longest gives to the one whose live shortest")
  func lives() {
    let balancer = PageBalancer(classCount: 3)
    let loads = [load(1, pages: 10, evicted: 10), load(2, pages: 2, evicted: 1000), load(3, pages: 5, evicted: 100)]
    #expect(balancer.decide(loads, beyondLimit: 0) == .init(donor: 1, receiver: 2))
  }

  @Test("Classes whose items live about as long leave each other alone")
  func equal() {
    let balancer = PageBalancer(classCount: 2)
    #expect(balancer.decide([load(1, pages: 4, evicted: 100), load(2, pages: 5, evicted: 100)], beyondLimit: 0) == nil)
  }

  @Test("The last page of a class is its own, and unused chunks go first")
  func donors() {
    let balancer = PageBalancer(classCount: 3)
    let loads = [load(1, pages: 1), load(2, pages: 2, evicted: 500), load(3, pages: 3, used: 150, evicted: 50)]
    #expect(balancer.decide(loads, beyondLimit: 0) == .init(donor: 3, receiver: 2))
    #expect(balancer.decide([load(1, pages: 1), load(2, pages: 2, evicted: 900)], beyondLimit: 0) == nil)
  }

  @Test("A large class gives several pages at once")
  func several() {
    let balancer = PageBalancer(classCount: 2)
    let loads = [load(1, pages: 6400), load(2, pages: 2, evicted: 1000)]
    #expect(balancer.decide(loads, beyondLimit: 0) == .init(donor: 1, receiver: 2, pageCount: 100))
  }

  @Test("What was lent beyond the limit is given back")
  func limit() {
    let balancer = PageBalancer(classCount: 2)
    #expect(balancer.decide([load(1, pages: 9), load(2, pages: 2)], beyondLimit: 1) == .init(donor: 1, receiver: nil))
  }

  @Test("Counters that were reset do not look like evictions without end")
  func reset() {
    let balancer = PageBalancer(classCount: 2)
    _ = balancer.decide([load(1, pages: 4, evicted: 1 << 40), load(2, pages: 4)], beyondLimit: 0)
    for _ in 0..<200 { _ = balancer.decide([load(1, pages: 4), load(2, pages: 4)], beyondLimit: 0) }
    #expect(balancer.decide([load(1, pages: 4), load(2, pages: 4)], beyondLimit: 0) == nil)
  }
}
