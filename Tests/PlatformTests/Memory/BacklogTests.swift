import Testing

@testable import Platform

@Suite("A backlog")
struct BacklogTests {
  @Test("gives back what was put in, in order, whatever the mix of putting in and taking") func order() {
    var backlog = Backlog<Int>()
    var (next, expected) = (0, 0)
    for round in 0..<200 {
      for _ in 0..<round % 7 {
        backlog.append(next)
        #expect(backlog.last == next)
        next += 1
      }
      for _ in 0..<round % 5 where !backlog.isEmpty {
        #expect(backlog.first == expected && backlog.takeFirst() == expected)
        expected += 1
      }
      #expect(backlog.isEmpty == (next == expected))
    }
    while let element = backlog.takeFirst() {
      #expect(element == expected)
      expected += 1
    }
    #expect(expected == next && backlog.isEmpty)
    #expect(backlog.first == nil && backlog.last == nil && backlog.takeFirst() == nil)
  }
}
