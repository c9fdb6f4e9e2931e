import TestSupport
import Testing

@testable import EventLoop

@Suite("What libevent allocates")
struct LibeventMemoryTests {
  @Test("Contents stay through every change of size, and neighbours keep theirs")
  func resizing() throws {
    let seed = TestSeeds.first
    print("LibeventMemoryTests: seed \(seed)")
    var state = seed
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    var blocks: [(pointer: UnsafeMutableRawPointer, count: Int, mark: UInt8)] = unsafe []
    let sizes = [1, 8, 20, 24, 25, 100, 16_000, 16_368, 16_384, 100_000]
    for step in 0..<4000 {
      let count = sizes[random(sizes.count)]
      let place = unsafe blocks.isEmpty ? 0 : random(blocks.count)
      switch random(unsafe blocks.count > 60 ? 4 : 3) {
      case 0, 1:
        let pointer = unsafe try #require(LibeventMemory.reallocate(nil, count))
        unsafe pointer.initializeMemory(as: UInt8.self, repeating: UInt8(step & 0xFF), count: count)
        unsafe blocks.append((pointer, count, UInt8(step & 0xFF)))
      case 2 where unsafe !blocks.isEmpty:
        let (old, before, mark) = unsafe blocks[place]
        let pointer = unsafe try #require(LibeventMemory.reallocate(old, count))
        for offset in 0..<min(before, count) {
          #expect(unsafe pointer.load(fromByteOffset: offset, as: UInt8.self) == mark)
        }
        unsafe pointer.initializeMemory(as: UInt8.self, repeating: mark, count: count)
        unsafe blocks[place] = unsafe (pointer, count, mark)
      default:
        if unsafe blocks.isEmpty { continue }
        let (pointer, count, mark) = unsafe blocks.remove(at: place)
        #expect(unsafe pointer.load(fromByteOffset: count - 1, as: UInt8.self) == mark, "seed \(seed)")
        unsafe LibeventMemory.free(pointer)
      }
    }
    unsafe blocks.forEach { unsafe LibeventMemory.free($0.pointer) }
  }

  @Test("Cells lie side by side, and the last given back is the next taken")
  func cells() {
    var cells = LibeventCells(cellSize: 24)
    let first = cells.take() ?? 0
    let second = cells.take() ?? 0
    #expect(first != 0 && second == first + 24)
    #expect(cells.contains(first) && cells.contains(second) && !cells.contains(second + 24) && !cells.contains(0))
    let gaveBack = [cells.giveBack(first), cells.giveBack(second), cells.giveBack(second + 24)]
    #expect(gaveBack == [true, true, false])
    let again = [cells.take(), cells.take(), cells.take()]
    #expect(again == [second, first, second + 24])
  }
}
