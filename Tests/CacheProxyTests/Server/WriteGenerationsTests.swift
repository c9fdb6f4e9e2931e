import Testing

@testable import CacheProxy

struct WriteGenerationsTests {
  let generations = WriteGenerations()

  @Test func `a copy of what was written since does not begin`() {
    let generation = generations[7]
    #expect(!generations.noteWrite(7))
    #expect(!generations.beginCopy(7, of: generation))
    #expect(!generations.noteWrite(7), "no copy is under way")
    #expect(generations.beginCopy(7, of: generations[7]))
  }

  @Test func `a write during a copy learns of it, and readers that it may be old, until the last ends`() {
    let generation = generations[7]
    #expect(generations.beginCopy(7, of: generation) && generations.beginCopy(7, of: generation))
    #expect(!generations.isOutdatedCopy(7))
    #expect(generations.noteWrite(7) && generations[7] != generation)
    #expect(generations.isOutdatedCopy(7))
    generations.endCopy(7)
    #expect(generations.isOutdatedCopy(7) && generations.noteWrite(7))
    generations.endCopy(7)
    #expect(!generations.isOutdatedCopy(7) && !generations.noteWrite(7))
    #expect(generations.beginCopy(7, of: generations[7]))
    #expect(!generations.isOutdatedCopy(7), "what was written before is in it")
  }

  @Test func `no more copies than can be counted begin, and none ends twice`() {
    for _ in 0..<0xffff { #expect(generations.beginCopy(7, of: 0)) }
    #expect(!generations.beginCopy(7, of: 0))
    for _ in 0..<0x10000 { generations.endCopy(7) }
    #expect(!generations.noteWrite(7) && generations[7] == 1)
  }

  @Test func `one key's writes are not another's`() {
    #expect(generations.beginCopy(7, of: 0))
    #expect(!generations.noteWrite(8) && !generations.isOutdatedCopy(7) && generations[7] == 0)
  }
}
