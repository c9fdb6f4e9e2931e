import Platform
import TestSupport
import Testing

@Suite("A stable array")
struct StableArrayTests {
  @Test("finds an element under the index that inserting gave")
  func finds() {
    var array = StableArray<Int>()
    let first = array.insert(10)
    let second = array.insert(20)
    array[second] += 1
    #expect(array[first] == 10)
    #expect(array[second] == 21)
    let count = array.count
    #expect(count == 2)
  }

  @Test("uses the last removed element's place first")
  func reuses() {
    var array = StableArray<Int>()
    let indices = (0..<10).map { array.insert($0) }
    #expect(array.remove(indices[3]) == 3)
    #expect(array.remove(indices[7]) == 7)
    #expect(array.insert(70) == indices[7])
    #expect(array.insert(30) == indices[3])
    #expect(array.insert(100) == 10)
  }

  @Test("knows which indices are occupied, beyond its end too")
  func occupied() {
    var array = StableArray<UInt8>()
    let index = array.insert(1)
    let before = [array.isOccupied(index), array.isOccupied(index + 1), array.isOccupied(.max)]
    #expect(before == [true, false, false])
    _ = array.remove(index)
    let after = array.isOccupied(index)
    #expect(!after)
  }

  @Test("never moves an element while it grows over many segments")
  func stays() {
    var array = StableArray<UInt64>()
    let first = array.insert(7)
    let address = unsafe withUnsafeMutablePointer(to: &array[first]) { UInt(bitPattern: $0) }
    for number in 0..<5000 { _ = array.insert(UInt64(number)) }
    let later = unsafe withUnsafeMutablePointer(to: &array[first]) { UInt(bitPattern: $0) }
    #expect(address == later)
    #expect(array[first] == 7)
  }

  @Test("visits every element once, in order")
  func visits() {
    var array = StableArray<Int>()
    let indices = (0..<600).map { array.insert($0) }
    for index in indices where index % 3 == 0 { _ = array.remove(index) }
    var seen: [UInt32] = []
    array.forEachIndex { seen.append($0) }
    #expect(seen == indices.filter { $0 % 3 != 0 })
  }

  @Test("destroys each element once: when it is removed, or with the array")
  func destroys() {
    let witness = Witness()
    do {
      var array = StableArray<Tracked>()
      let indices = (0..<300).map { array.insert(Tracked(witness, $0)) }
      for index in indices.prefix(100) { _ = array.remove(index) }
      #expect(witness.destroyed == 100)
      _ = array.insert(Tracked(witness))
    }
    #expect(witness.destroyed == 301)
  }

  @Test("holds elements of any size and alignment", arguments: [1, 1000])
  func sizes(count: Int) {
    var small = StableArray<Bool>()
    var wide = StableArray<SIMD16<Float>>()
    for number in 0..<count {
      let a = small.insert(number.isMultiple(of: 3))
      let b = wide.insert(SIMD16(repeating: Float(number)))
      #expect(a == b)
    }
    let last = UInt32(count - 1)
    #expect(small[last] == last.isMultiple(of: 3))
    #expect(wide[last] == SIMD16(repeating: Float(last)))
  }

  @Test("agrees with a dictionary, whatever is done to both")
  func random() {
    var generator = SeededRandom(seed: TestSeeds.first)
    var array = StableArray<UInt64>()
    var model: [UInt32: UInt64] = [:]
    for _ in 0..<20_000 {
      let value = generator.next()
      if generator.next() % 5 < 3 {
        let index = array.insert(value)
        #expect(model.updateValue(value, forKey: index) == nil, "seed \(generator.seed)")
      } else if let index = model.keys.randomElement(using: &generator) {
        #expect(array.remove(index) == model.removeValue(forKey: index), "seed \(generator.seed)")
      }
    }
    let count = array.count
    #expect(count == model.count, "seed \(generator.seed)")
    for (index, value) in model { #expect(array[index] == value, "seed \(generator.seed)") }
  }
}
