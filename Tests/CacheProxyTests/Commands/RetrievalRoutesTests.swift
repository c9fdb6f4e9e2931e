import Testing

@testable import CacheProxy

struct RetrievalRoutesTests {
  @Test func `keys are found by their backend, in their order`() {
    var routes = RetrievalRoutes(backends: 3, keys: 8)
    for (key, backend) in [2, 0, 2, 1, 2].enumerated() { routes.add(key, UInt32(key), to: backend) }
    #expect((0..<routes.touchedCount).map { routes.backend($0) } == [2, 0, 1])
    var found: [Int] = []
    var next = routes.firstKey(of: 2)
    while let key = next {
      found.append(key)
      next = routes.key(after: key)
    }
    #expect(found == [0, 2, 4])
    routes.clear()
    #expect(routes.touchedCount == 0 && routes.firstKey(of: 2) == nil)
  }
}
