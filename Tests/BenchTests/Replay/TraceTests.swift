import Testing

@testable import repcached_bench

@Suite("Made and recorded traces")
struct TraceTests {
  @Test("a recorded trace gives its keys, a synthetic one those of its source, as many as it says")
  func keys() {
    let recorded = Trace.recorded([4, 4, 0, 9])
    #expect(Array(recorded) == [4, 4, 0, 9] && recorded.requestCount == 4)
    let shape = TraceShape(keyCount: 50, skew: 1, requestCount: 300, scanEvery: 100, shiftEvery: nil, seed: 2)
    let synthetic = Trace.synthetic(shape)
    var source = TraceSource(shape)
    #expect(Array(synthetic) == (0..<300).compactMap { _ in source.next() } && synthetic.requestCount == 300)
  }
}
