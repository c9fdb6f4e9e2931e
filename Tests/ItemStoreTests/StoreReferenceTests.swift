import ItemStore
import TestSupport
import Testing

@testable import ItemStore

@Suite("The store beside a dictionary")
struct StoreReferenceTests {
  @Test("With memory enough for all, every answer is the dictionary's")
  func largeMemory() throws {
    try run(megabytes: 256, steps: 8000, keys: 400, maxBytes: 3 << 20, evicts: false)
  }

  @Test("With little memory, whatever is found is what the dictionary holds")
  func smallMemory() throws {
    try run(megabytes: 4, steps: 20_000, keys: 2000, maxBytes: 700_000, evicts: true)
  }

  @Test("With little memory and a peer, whatever is found is what the dictionary holds")
  func smallMemoryPaired() throws {
    try run(megabytes: 4, steps: 20_000, keys: 2000, maxBytes: 100_000, evicts: true, paired: true)
  }

  @Test("With memory enough and a peer, every answer is the dictionary's")
  func largeMemoryPaired() throws {
    try run(megabytes: 256, steps: 10_000, keys: 400, maxBytes: 1 << 20, evicts: false, paired: true)
  }

  @Test("With small chunks and memory enough, every answer is the dictionary's", arguments: [1, 4])
  func smallChunks(kilobytes: Int) throws {
    try run(megabytes: 256, steps: 8000, keys: 400, maxBytes: 150_000, evicts: false, chunk: kilobytes << 10)
  }

  @Test(
    "With small chunks, little memory and a peer, whatever is found is what the dictionary holds", arguments: [1, 4])
  func smallChunksEvicting(kilobytes: Int) throws {
    try run(
      megabytes: 4, steps: 12_000, keys: 2000, maxBytes: 150_000, evicts: true, paired: true, chunk: kilobytes << 10)
  }

  private func run(
    megabytes: Int, steps: Int, keys: Int, maxBytes: Int, evicts: Bool, paired: Bool = false,
    chunk: Int = ChunkMemory.pageSize / 2,
    seed: UInt64 = TestSeeds.first
  ) throws {
    print("StoreReferenceTests: seed \(seed), \(megabytes) MB, paired \(paired), chunks to \(chunk)")
    // Values joined by append are beyond the limit of small chunks.
    let maxItemSize = min(8 << 20, StoreConfiguration.maxItemSize(maxChunkSize: chunk))
    let store = try TestStore(megabytes: megabytes, maxItemSize: maxItemSize, maxChunkSize: chunk)
    if paired { store.store.notePairing() }
    var reference = ReferenceRun(
      store: store, keys: keys, maxBytes: maxBytes, evicts: evicts, random: SeededRandom(seed: seed))
    for step in 0..<steps {
      reference.step()
      if step % 2500 == 2499 {
        let wrong = store.store.audit()
        try #require(wrong == [], "seed \(seed), step \(step)")
      }
      try #require(reference.wrong == [], "seed \(seed), step \(step)")
    }
    reference.compareAll()
    #expect(reference.wrong == [], "seed \(seed)")
    #expect(store.store.audit() == [], "seed \(seed)")
    #expect(evicts || store.evicted == 0)
  }
}
