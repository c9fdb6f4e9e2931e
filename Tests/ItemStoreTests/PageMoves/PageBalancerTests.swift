import Testing

@testable import ItemStore

@Suite("The decision which class gives a page")
struct PageBalancerTests {
  private func load(
    _ slabClass: UInt8, pages: Int, perPage: Int = 100, used: Int? = nil, evicted: UInt64 = 0,
    refaults: UInt64 = 0
  ) -> PageBalancer.Load {
    PageBalancer.Load(
      slabClass: slabClass, pageCount: pages, chunksPerPage: perPage, usedChunks: used ?? pages * perPage,
      totalChunks: pages * perPage, evicted: evicted, outOfMemory: 0, refaults: refaults)
  }

  @Test("While nobody evicts no page moves")
  func quiet() {
    let balancer = PageBalancer(classCount: 2)
    _ = balancer.decide([load(1, pages: 10), load(2, pages: 1)], beyondLimit: 0)
    for _ in 0..<20 { _ = balancer.decide([load(1, pages: 10), load(2, pages: 1)], beyondLimit: 0) }
    #expect(balancer.decide([load(1, pages: 10), load(2, pages: 1)], beyondLimit: 0) == [])
  }

  @Test("A page goes from where few of the evicted come back to where many do, whatever their classes evict")
  func refaults() {
    let balancer = PageBalancer(classCount: 3)
    let loads = [
      load(1, pages: 10, evicted: 9000, refaults: 10), load(2, pages: 2, evicted: 100, refaults: 60),
      load(3, pages: 30, evicted: 2000, refaults: 200),
    ]
    #expect(balancer.decide(loads, beyondLimit: 0) == [.init(donor: 1, receiver: 2)])
  }

  @Test("Large and small items that are asked for as often leave pages to the small: what counts is a page")
  func perPage() {
    let balancer = PageBalancer(classCount: 2)
    let loads = [
      load(1, pages: 2, perPage: 10_000, evicted: 300, refaults: 100),
      load(2, pages: 40, perPage: 50, evicted: 300, refaults: 100),
    ]
    #expect(balancer.decide(loads, beyondLimit: 0) == [.init(donor: 2, receiver: 1)])
  }

  @Test("Few refaults are no evidence: they are gathered until they are enough")
  func evidence() {
    let balancer = PageBalancer(classCount: 2)
    for interval: UInt64 in 1...5 {
      let loads = [
        load(1, pages: 4, evicted: 100 * interval, refaults: interval),
        load(2, pages: 4, evicted: 100 * interval, refaults: 6 * interval),
      ]
      #expect(balancer.decide(loads, beyondLimit: 0) == [])
    }
    let loads = [load(1, pages: 4, evicted: 600, refaults: 6), load(2, pages: 4, evicted: 600, refaults: 36)]
    #expect(balancer.decide(loads, beyondLimit: 0) == [.init(donor: 1, receiver: 2)])
  }

  @Test("Classes to which a page is worth about as much leave each other alone")
  func balanced() {
    let balancer = PageBalancer(classCount: 2)
    let loads = [load(1, pages: 4, evicted: 900, refaults: 400), load(2, pages: 8, evicted: 100, refaults: 500)]
    #expect(balancer.decide(loads, beyondLimit: 0) == [])
  }

  @Test("A class fills the page it got before it gets another, and gives none meanwhile")
  func filling() {
    let balancer = PageBalancer(classCount: 2)
    let decide = { (used: Int, evicted: UInt64) in
      balancer.decide(
        [self.load(1, pages: 2, used: used, evicted: 1000, refaults: 100), self.load(2, pages: 10, evicted: evicted)],
        beyondLimit: 0)
    }
    for step in 0..<50 { #expect(decide(100 + step, 100 * UInt64(step)) == []) }
  }

  @Test("What a class got is not taken again as soon as it misses no more")
  func keeping() {
    let balancer = PageBalancer(classCount: 2)
    let decide = { (pages: Int, evicted: UInt64, other: UInt64) in
      balancer.decide(
        [
          self.load(1, pages: pages, evicted: evicted, refaults: evicted),
          self.load(2, pages: 10, evicted: 100 * other, refaults: 10 * other),
        ], beyondLimit: 0)
    }
    #expect(decide(1, 100, 1) == [.init(donor: 2, receiver: 1)])
    let later = (2..<500).map { decide(2, 100, $0) }
    let first = later.firstIndex { $0.contains { $0.donor == 1 } }
    #expect((first ?? 0) > 290, "and in the end it is")
  }

  @Test("Where there is space for all no page moves, however fast some classes fill")
  func space() {
    let balancer = PageBalancer(classCount: 2)
    for step in 0..<20 {
      let loads = [load(1, pages: 3, used: 100), load(2, pages: 3, used: 275 + step)]
      #expect(balancer.decide(loads, beyondLimit: 0) == [])
    }
  }

  @Test("Where nothing is refaults, the class whose items live longest gives to the one whose live shortest")
  func lives() {
    let balancer = PageBalancer(classCount: 3)
    let loads = [load(1, pages: 10, evicted: 10), load(2, pages: 2, evicted: 1000), load(3, pages: 5, evicted: 100)]
    #expect(balancer.decide(loads, beyondLimit: 0) == [.init(donor: 1, receiver: 2)])
  }

  @Test("While memory is free nobody loses a page to a class that evicted a moment ago, and later that is forgotten")
  func freeMemory() {
    let balancer = PageBalancer(classCount: 2)
    let loads = [load(1, pages: 10), load(2, pages: 2, evicted: 1000, refaults: 100)]
    #expect(balancer.decide(loads, beyondLimit: 0, isShort: false) == [])
    for _ in 0..<100 { _ = balancer.decide(loads, beyondLimit: 0, isShort: false) }
    #expect(balancer.decide(loads, beyondLimit: 0) == [])
  }

  @Test("Classes whose items live about as long leave each other alone")
  func equal() {
    let balancer = PageBalancer(classCount: 2)
    #expect(balancer.decide([load(1, pages: 4, evicted: 100), load(2, pages: 5, evicted: 100)], beyondLimit: 0) == [])
  }

  @Test("The last page of a class is its own, and unused chunks go first")
  func donors() {
    let balancer = PageBalancer(classCount: 3)
    let loads = { (round: UInt64) in
      [
        self.load(1, pages: 1), self.load(2, pages: 2, evicted: 500 * round),
        self.load(3, pages: 3, used: 150, evicted: 50),
      ]
    }
    for round: UInt64 in 1..<40 { _ = balancer.decide(loads(round), beyondLimit: 0) }
    #expect(balancer.decide(loads(40), beyondLimit: 0) == [.init(donor: 3, receiver: 2)])
    let alone = PageBalancer(classCount: 2)
    #expect(alone.decide([load(1, pages: 1), load(2, pages: 2, evicted: 900)], beyondLimit: 0) == [])
  }

  @Test("A large class gives several pages at once")
  func several() {
    let balancer = PageBalancer(classCount: 2)
    let loads = [load(1, pages: 6400, evicted: 1), load(2, pages: 6400, evicted: 100_000, refaults: 1000)]
    #expect(balancer.decide(loads, beyondLimit: 0) == Array(repeating: .init(donor: 1, receiver: 2), count: 100))
  }

  @Test("What was lent beyond the limit is given back")
  func limit() {
    let balancer = PageBalancer(classCount: 2)
    #expect(
      balancer.decide([load(1, pages: 9), load(2, pages: 2)], beyondLimit: 1) == [.init(donor: 1, receiver: nil)])
  }

  @Test("Counters that were reset do not look like evictions without end")
  func reset() {
    let balancer = PageBalancer(classCount: 2)
    let loads = [load(1, pages: 4, evicted: 1 << 40, refaults: 1 << 40), load(2, pages: 4)]
    _ = balancer.decide(loads, beyondLimit: 0)
    for _ in 0..<200 { _ = balancer.decide([load(1, pages: 4), load(2, pages: 4)], beyondLimit: 0) }
    #expect(balancer.decide([load(1, pages: 4), load(2, pages: 4)], beyondLimit: 0) == [])
  }
}
