import Platform
import Testing

@Suite("An array of a fixed number of places")
struct FixedArrayTests {
  @Test("holds in each place what was put there, whichever way")
  func places() {
    var array = FixedArray(repeating: UInt16(7), count: 5)
    array[1] = 10
    array[4] = 40
    var span = array.mutableSpan
    span[2] = 20
    let places = [array[0], array[1], array[2], array[3], array[4]]
    #expect(places == [7, 10, 20, 7, 40])
    var sum = 0
    for place in array.span.indices { sum += Int(array.span[place]) }
    #expect(sum == 84)
    let count = array.count
    #expect(count == 5)
  }

  @Test("may have none")
  func none() {
    let array = FixedArray(repeating: 0, count: 0)
    let isEmpty = array.span.isEmpty
    #expect(isEmpty)
  }
}
