import Testing

@testable import repcached_bench

@Suite("Queues of keys")
struct KeyListTests {
  @Test("keys leave in the order in which they came, but for those taken out before")
  func order() {
    var list = KeyList(keyCount: 6)
    for key in [3, 0, 5, 1] { list.append(key) }
    list.remove(0)
    list.remove(3)
    #expect(list.count == 2 && list.first == 5)
    list.append(3)
    list.remove(3)
    list.append(0)
    let left = (0..<3).map { _ in list.removeFirst() }
    #expect(left == [5, 1, 0])
    #expect(list.count == 0 && list.first == -1)
  }
}
