import Testing

@testable import ItemStore

@Suite("A slab class")
struct SlabClassTests {
  @Test("Every chunk's number is found from its offset, whatever the chunk's size")
  func numbers() {
    for size in Array(stride(from: 32, through: 4096, by: 8)) + [65_536, 400_008, 524_288] {
      let slabClass = SlabClass(chunkSize: size)
      var wrong = 0
      for number in 0..<slabClass.chunksPerPage where slabClass.chunk(at: number * size) != number { wrong += 1 }
      #expect(wrong == 0, "size \(size)")
    }
  }
}
