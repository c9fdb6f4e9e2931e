import Testing

@testable import repcached_bench

@Suite("Keys from numbers")
struct KeyMakerTests {
  @Test("a key is the prefix, zeros and the number in hexadecimal")
  func text() {
    let maker = KeyMaker(length: 32, prefix: "repcached-bench:")
    #expect(maker.text(9999) == "repcached-bench:000000000000270f")
    #expect(maker.text(0xdead_beef) == "repcached-bench:00000000deadbeef")
  }

  @Test("a short key has as much of the prefix as fits, or none")
  func short() {
    #expect(KeyMaker(length: 10, prefix: "prefix").text(255) == "pr000000ff")
    #expect(KeyMaker(length: 3, prefix: "prefix").text(0xabc) == "abc")
    #expect(KeyMaker.maxCount(length: 3) == 4096)
  }

  @Test("a key matches its own number and no other")
  func matches() {
    let maker = KeyMaker(length: 12, prefix: "k:")
    #expect(maker.accepts(maker.bytes(77), for: 77))
    #expect(!maker.accepts(maker.bytes(78), for: 77))
    #expect(!maker.accepts(Array(maker.bytes(77).dropLast()), for: 77))
  }

  @Test("a wrong byte anywhere in a key is noticed")
  func everyByte() {
    let maker = KeyMaker(length: 32, prefix: "k:")
    for position in 0..<32 {
      var bytes = maker.bytes(5)
      bytes[position] ^= 1
      #expect(!maker.accepts(bytes, for: 5))
    }
  }
}
