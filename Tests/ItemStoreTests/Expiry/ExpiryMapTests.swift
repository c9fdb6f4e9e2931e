import Testing

@testable import ItemStore

@Suite("The times before which nothing in a page expires")
struct ExpiryMapTests {
  @Test("A page is due when the first of its items is, and an item that expires later changes nothing")
  func least() {
    let map = ExpiryMap(pageCapacity: 3)
    let lowered = [500, 600, 400].map { map.note($0, 1) }
    #expect(lowered == [true, false, true])
    let (earliest, before, then) = (map.earliest(1), map.isDue(1, 399), map.isDue(1, 400))
    #expect(earliest == 400 && !before && then)
    let others = [map.isDue(0, .max - 1), map.isDue(2, .max - 1)]
    #expect(others == [false, false])
  }

  @Test("Who takes the word is the one who looks, and what is noted meanwhile stays")
  func taking() {
    let map = ExpiryMap(pageCapacity: 1)
    _ = map.note(500, 0)
    let words = [map.take(0), map.earliest(0)]
    #expect(words == [500, ExpiryMap.never])
    let lowered = [700, 650].map { map.note($0, 0) }
    #expect(lowered == [true, true])
    let word = map.take(0)
    #expect(word == 650)
  }

  @Test("After a flush a page is due at any time, and no expiry hides that; an empty one is never")
  func flushed() {
    let map = ExpiryMap(pageCapacity: 1)
    map.markFlushed(0)
    let (lowered, isDue) = (map.note(1, 0), map.isDue(0, 0))
    #expect(!lowered && isDue)
    map.clear(0)
    let word = map.earliest(0)
    #expect(word == ExpiryMap.never)
  }
}
