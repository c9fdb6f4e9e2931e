import Testing

@testable import ItemStore

@Suite("The cursor of a walk")
struct WalkCursorTests {
  @Test("It comes by every place of a table exactly once", arguments: [1, 3, 12])
  func everyPlace(power: Int) {
    var cursor = WalkCursor()
    var places: [UInt64] = [0]
    while cursor.advance(mask: 1 << UInt64(power) - 1) { places.append(cursor.bucket) }
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
          for place in stride(from: cursor.bucket, to: 1 << UInt64(power), by: Int(mask) + 1) { seen.insert(place) }
          more = cursor.advance(mask: mask)
          steps += 1
          if steps == growAfter { mask = 1 << UInt64(power) - 1 }
        }
        #expect(seen.count == 1 << power, "grown after \(growAfter) steps to \(power)")
      }
    }
  }

  @Test("Its place rises with every step, in even pieces, and is the bucket's number reversed")
  func place() {
    #expect(WalkCursor.reversed(1) == 1 << 63 && WalkCursor.reversed(0b1011) == 0b1101 << 60)
    #expect(WalkCursor.reversed(WalkCursor.reversed(0x0123_4567_89AB_CDEF)) == 0x0123_4567_89AB_CDEF)
    var cursor = WalkCursor()
    for step in 0..<8 as Range<UInt64> {
      #expect(cursor.place == step << 61)
      #expect(cursor.isBefore(5 << 61, width: 1 << 61) == (step < 5) && cursor.isBefore(.max, width: 1 << 61))
      #expect(!cursor.isBefore(0, width: 1 << 61))
      _ = cursor.advance(mask: 7)
    }
  }
}
