import Platform
import Testing

@testable import CacheProxy

struct StashesTests {
  @Test func `bytes are counted, and given back with their stash`() {
    var stashes = Stashes()
    let one = stashes.take()
    let two = stashes.take()
    stashes.append("hello", to: one)
    stashes.append([1, 2, 3].span, to: two)
    #expect(stashes.byteCount == 8)
    #expect(stashes.with(one) { $0.count } == 5)
    stashes.giveBack(one)
    #expect(stashes.byteCount == 3)
    #expect(stashes.take() == one, "used again")
    stashes.clear(two)
    #expect(stashes.byteCount == 0)
  }

  @Test func `one that has grown is no longer kept`() {
    var stashes = Stashes()
    let number = stashes.take()
    stashes.append([UInt8](repeating: 0, count: 100_000).span, to: number)
    #expect(stashes.count(number) == 100_000)
    stashes.giveBack(number)
    #expect(stashes.byteCount == 0)
  }
}
