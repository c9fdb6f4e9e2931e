import Testing

@testable import CacheProxy

struct WriteGenerationsTests {
  let generations = WriteGenerations()

  private func write(_ hash: UInt32) -> Bool {
    defer { generations.endWrite(hash) }
    return generations.beginWrite(hash)
  }

  @Test func `a copy of what was written since does not begin`() {
    let generation = generations[7]
    #expect(!write(7))
    #expect(!generations.beginCopy(7, of: generation))
    #expect(!write(7), "no copy is under way")
    #expect(generations.beginCopy(7, of: generations[7]))
  }

  @Test func `what was read while a write was under way is not copied, whenever that ends`() {
    #expect(!generations.beginWrite(7))
    let generation = generations[7]
    #expect(!generations.beginCopy(7, of: generation))
    generations.endWrite(7)
    #expect(!generations.beginCopy(7, of: generation))
    #expect(generations.beginCopy(7, of: generations[7]))
  }

  @Test func `a write during a copy learns of it, and readers that it may be old, until the last ends`() {
    let generation = generations[7]
    #expect(generations.beginCopy(7, of: generation) && generations.beginCopy(7, of: generation))
    #expect(!generations.isOutdatedCopy(7))
    #expect(write(7) && generations[7] != generation)
    #expect(generations.isOutdatedCopy(7))
    generations.endCopy(7)
    #expect(generations.isOutdatedCopy(7) && write(7))
    generations.endCopy(7)
    #expect(!generations.isOutdatedCopy(7) && !write(7))
    #expect(generations.beginCopy(7, of: generations[7]))
    #expect(!generations.isOutdatedCopy(7), "what was written before is in it")
  }

  @Test func `no more copies than can be counted begin, and none ends twice`() {
    for _ in 0..<0xffff { #expect(generations.beginCopy(7, of: 0)) }
    #expect(!generations.beginCopy(7, of: 0))
    for _ in 0..<0x10000 { generations.endCopy(7) }
    #expect(!write(7) && generations[7] == 2)
  }

  @Test func `one key's writes are not another's`() {
    #expect(generations.beginCopy(7, of: 0))
    #expect(!write(8) && !generations.isOutdatedCopy(7) && generations[7] == 0)
    generations.noteTouch(7)
    #expect(generations.isOutdatedCopy(7) && generations[7] == 1)
  }
}
