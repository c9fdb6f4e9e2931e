import Testing

@testable import ItemStore

@Suite struct ValueDigestTests {
  @Test("the same bytes give the same digest, however they are cut")
  func pieces() {
    let seed = SeededRandom.freshSeed()
    var random = SeededRandom(seed: seed)
    for count in [0, 1, 15, 4095, 4096, 4097, 8192, 20_000] {
      let value = random.value(count)
      let whole = ValueDigest.digest(7, value.span)
      for _ in 0..<20 {
        var digest = ValueDigest(7)
        var position = 0
        while position < count {
          let size = min(1 + random.below(6_000), count - position)
          digest.add(value.span.extracting(position..<position + size))
          position += size
        }
        #expect(digest.end() == whole, "\(count) bytes, seed \(seed)")
      }
    }
  }
}
