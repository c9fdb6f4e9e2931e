import Platform
import Testing

@Suite("A counter table", .timeLimit(.minutes(2)))
struct CounterTableTests {
  @Test("counts each counter by itself, and from zero again after a reset")
  func counts() {
    let table = CounterTable(count: 3)
    table.add(5, to: 1)
    table.add(2, to: 1)
    table.add(1, to: 2)
    #expect([table[0], table[1], table[2]] == [0, 7, 1])
    table.reset()
    #expect([table[0], table[1], table[2]] == [0, 0, 0])
  }

  @Test("is read by another thread while it rises, and never falls")
  func read() throws {
    let table = CounterTable(count: 1)
    let thread = try Thread.start(name: "counter") { for _ in 0..<100_000 { table.add(1, to: 0) } }
    var last: UInt64 = 0
    var fell = false
    while last < 100_000 {
      let now = table[0]
      fell = fell || now < last
      last = now
    }
    thread.join()
    #expect(!fell)
  }
}
