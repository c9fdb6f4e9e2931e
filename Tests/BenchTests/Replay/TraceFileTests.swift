import TestSupport
import Testing

@testable import repcached_bench

@Suite("Traces in files")
struct TraceFileTests {
  @Test("a written trace holds 24 bytes a request with the keys in their order, and no object 0")
  func file() throws {
    let directory = TemporaryDirectory()
    let shape = TraceShape(keyCount: 70_000, skew: 0.5, requestCount: 10_000, scanEvery: nil, shiftEvery: nil, seed: 1)
    try TraceFile.write(.synthetic(shape), to: directory.file("trace"))
    let bytes = try directory.read("trace")
    #expect(bytes.count == 24 * 10_000)
    var source = TraceSource(shape)
    var number = 0
    while let key = source.next() {
      let object = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[number * 24 + 4 + $1]) << (8 * UInt64($1)) }
      guard object == UInt64(key) + 1, bytes[number * 24 + 12] == 1 else {
        Issue.record("request \(number)")
        return
      }
      number += 1
    }
  }
}
