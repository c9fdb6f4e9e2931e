import Testing

@testable import ItemStore

@Suite("The cursor of a walk")
struct WalkCursorTests {
  @Test("It comes by every place of a table exactly once", arguments: [1, 3, 12])
  func everyPlace(power: Int) {
    var cursor = WalkCursor()
    var places: [UInt64] = [0]
    while cursor.advance(mask: 1 << UInt64(power) - 1) { places.append(cursor.place) }
    #expect(places.count == 1 << power && Set(places).count == 1 << power)
  }

  @Test("When the table grows under way, no place is left out, whatever the moment and the growth")
  func growth() {
    for growAfter in 0..<64 {
      for power in 7...9 {
        var cursor = WalkCursor()
        var seen: Set<UInt64> = []
        var mask: UInt64 = 63
        var steps = 0
        var more = true
        while more {
          // A place of the small table stands for all that its bucket splits into.
          for place in stride(from: cursor.place, to: 1 << UInt64(power), by: Int(mask) + 1) { seen.insert(place) }
          more = cursor.advance(mask: mask)
          steps += 1
          if steps == growAfter { mask = 1 << UInt64(power) - 1 }
        }
        #expect(seen.count == 1 << power, "grown after \(growAfter) steps to \(power)")
      }
    }
  }
}
