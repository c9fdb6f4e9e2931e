import Platform
import Testing

@testable import CacheProxy

struct StashesTests {
  @Test func `bytes are counted, and given back with their stash`() {
    var stashes = Stashes()
    let one = stashes.take()
    let two = stashes.take()
    stashes.append("hello", to: one)
    let bytes: [UInt8] = [1, 2, 3]
    stashes.append(bytes.span, to: two)
    let count = stashes.with(one) { $0.count }
    #expect(stashes.byteCount == 8)
    #expect(count == 5)
    stashes.giveBack(one)
    #expect(stashes.byteCount == 3)
    let again = stashes.take()
    #expect(again == one)
    stashes.clear(two)
    #expect(stashes.byteCount == 0)
  }

  @Test func `one that has grown is no longer kept`() {
    var stashes = Stashes()
    let number = stashes.take()
    let bytes = [UInt8](repeating: 0, count: 100_000)
    stashes.append(bytes.span, to: number)
    let count = stashes.count(number)
    #expect(count == 100_000)
    stashes.giveBack(number)
    #expect(stashes.byteCount == 0)
  }
}
