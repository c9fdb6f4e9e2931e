import Testing

@testable import ItemStore

@Suite("The map of newcomers")
struct NewcomerMapTests {
  @Test("The next newcomer is found wherever it is, and none beyond the end or in another page")
  func next() throws {
    let map = try NewcomerMap(pageCapacity: 3, minChunkSize: 48)
    for chunk in [0, 1, 63, 64, 127, 5000, 21_844] {
      map.insert(1, chunk)
      var found: [Int?] = []
      for start in [0, chunk / 2, chunk] { found.append(next(map, 1, from: start)) }
      #expect(found == [chunk, chunk, chunk])
      let others = (next(map, 1, from: chunk + 1), next(map, 1, from: 0, end: chunk), next(map, 0, from: 0))
      #expect(others.0 == nil && others.1 == nil && others.2 == nil)
      let isIn = map.contains(1, chunk)
      map.remove(1, chunk)
      let isStillIn = map.contains(1, chunk)
      #expect(isIn && !isStillIn)
    }
  }

  @Test("The next that is no newcomer is found behind any stretch of them")
  func nextOther() throws {
    let map = try NewcomerMap(pageCapacity: 1, minChunkSize: 48)
    for chunk in 0..<300 { map.insert(0, chunk) }
    let all = map.next(0, from: 0, end: 300, marked: false)
    #expect(all == nil)
    for chunk in [299, 130, 128, 127, 64, 63, 1, 0] {
      map.remove(0, chunk)
      let found = [map.next(0, from: 0, end: 300, marked: false), map.next(0, from: chunk, end: 300, marked: false)]
      #expect(found == [chunk, chunk])
    }
  }

  private func next(_ map: borrowing NewcomerMap, _ page: Int, from start: Int, end: Int = 21_845) -> Int? {
    map.next(page, from: start, end: end, marked: true)
  }
}
