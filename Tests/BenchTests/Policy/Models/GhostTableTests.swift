import Testing

@testable import repcached_bench

/// A cache of eight, whose index has one bucket of twelve slots.
@Suite("The model's ghosts")
struct GhostTableTests {
  private static func filled(_ count: Int) -> GhostTable {
    var parameters = PolicyParameters()
    parameters.minBuckets = 1
    var table = GhostTable(capacity: 8, parameters)
    for key in 0..<count { _ = table.insert(key) }
    return table
  }

  @Test("what was evicted is known when it comes back, with what it was, and only once")
  func returning() {
    var table = Self.filled(8)
    table.remove(3, wasNewcomer: true)
    table.remove(4, wasNewcomer: false)
    table.advance()
    let ghost = table.insert(3)
    #expect(ghost?.wasNewcomer == true && ghost?.isSeen == false && ghost.map(table.age) == 1)
    let (other, again) = (table.insert(4), table.observeMiss(3))
    #expect(other?.wasNewcomer == false && again == nil)
  }

  @Test("a miss is told once, and the return after it is marked")
  func misses() {
    var table = Self.filled(8)
    table.remove(3, wasNewcomer: true)
    let told = [3, 3, 5].map { table.observeMiss($0) != nil }
    #expect(told == [true, false, false])
    let known = table.insert(3)
    #expect(known?.isSeen == true)
  }

  @Test("a key that was not known leaves a mark, which the set that follows finds")
  func marks() {
    var table = Self.filled(8)
    let ghost = table.observeMiss(20)
    let (mark, other) = (table.insert(20), table.insert(21))
    #expect(ghost == nil && mark?.isMark == true && mark?.isSeen == true && other == nil)
  }

  @Test("a mark is the first to give up its slot, and there is none where misses are no uses")
  func marksGo() throws {
    var table = Self.filled(8)
    table.remove(0, wasNewcomer: false)
    for key in 20..<26 { _ = table.observeMiss(key) }
    // Seven items, a ghost and four marks fill the slots.
    let (last, ghost) = (table.insert(25), table.insert(0))
    #expect(last?.isMark == true && ghost?.isMark == false)
    var without = GhostTable(capacity: 8, try PolicyParameters("missesAreUses=0,minBuckets=1"))
    _ = without.observeMiss(20)
    let unknown = without.insert(20)
    #expect(unknown == nil)
  }

  @Test("a ghost is believed for 48 ticks")
  func age() {
    for (ticks, isBelieved) in [(48, true), (49, false)] {
      var table = Self.filled(8)
      table.remove(3, wasNewcomer: true)
      for _ in 0..<ticks { table.advance() }
      let (miss, known) = (table.observeMiss(3), table.insert(3))
      #expect((miss != nil) == isBelieved && known?.isMark == !isBelieved)
    }
  }

  @Test("where slots are needed the ghosts of old items go first, then the oldest")
  func readiness() {
    var table = Self.filled(8)
    for (key, wasNewcomer) in [(0, true), (1, true), (2, false), (3, true)] {
      table.remove(key, wasNewcomer: wasNewcomer)
      table.advance()
    }
    // Four items, four ghosts: four slots are empty, then two ghosts go.
    let known = (10..<16).compactMap { table.insert($0) }
    let left = [1, 3, 0, 2].filter { table.observeMiss($0) != nil }
    #expect(known.isEmpty && left == [1, 3])
  }

  @Test("an index of few items has the room for ghosts that its first buckets have, one of many four for eight items")
  func buckets() {
    for (capacity, share) in [(8000, 1.0), (400_000, 0.4)] {
      var table = GhostTable(capacity: capacity, PolicyParameters())
      for key in 0..<2 * capacity {
        _ = table.insert(key)
        if key >= capacity { table.remove(key - capacity, wasNewcomer: true) }
      }
      let known = (0..<capacity).count { table.observeMiss($0) != nil }
      #expect(abs(Double(known) / Double(capacity) - share) < 0.05, "\(known)")
    }
  }

  @Test("what stands beyond the bucket leaves no ghost")
  func overflow() {
    var table = Self.filled(13)
    table.remove(12, wasNewcomer: true)
    let beyond = table.observeMiss(12)
    table.remove(11, wasNewcomer: true)
    let within = table.observeMiss(11)
    #expect(beyond == nil && within != nil)
  }
}
