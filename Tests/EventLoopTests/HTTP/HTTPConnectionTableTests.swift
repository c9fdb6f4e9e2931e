import Testing

@testable import EventLoop

@Suite("Which connection of HTTP has to go")
struct HTTPConnectionTableTests {
  private static let second: UInt64 = 1_000_000_000
  private var table = HTTPConnectionTable(limit: 4)

  private func surplus(_ seconds: UInt64) -> Set<UInt64> { Set(table.surplus(now: seconds * Self.second)) }
  private func overdue(_ seconds: UInt64) -> [UInt64] { table.overdue(now: seconds * Self.second) }

  private mutating func add(_ id: UInt64, host: String? = nil, at seconds: UInt64) {
    table.add(id, host: host ?? "host \(id)", now: seconds * Self.second)
  }

  @Test("A request has ten seconds from its first byte, however it comes") mutating func dribbling() {
    add(1, at: 0)
    for second in 5..<15 { table.began(1, now: UInt64(second) * Self.second) }
    #expect(overdue(14).isEmpty && overdue(15) == [1])
    table.set(1, .answering, now: 15 * Self.second)
    #expect(overdue(1000).isEmpty, "its answer is being made")
    table.set(1, .writing, now: 15 * Self.second)
    #expect(overdue(44).isEmpty && overdue(45) == [1])
  }

  @Test("Who asks for nothing is kept for ten seconds, and nobody for ever") mutating func idle() {
    add(1, at: 0)
    #expect(overdue(9).isEmpty && overdue(10) == [1])
    for second in stride(from: 5, through: 300, by: 5) {
      table.began(1, now: UInt64(second) * Self.second)
      table.set(1, .idle, now: UInt64(second) * Self.second)
    }
    #expect(overdue(299).isEmpty && overdue(301) == [1])
  }

  @Test("Where there are too many the idlest goes, then who asks longest, then who reads longest") mutating func order()
  {
    for id in 1...4 { add(UInt64(id), at: 0) }
    table.set(1, .writing, now: 0)
    table.began(2, now: 1)
    table.began(3, now: 0)
    #expect(surplus(5).isEmpty)
    add(5, at: 5)
    #expect(surplus(5) == [4])
    add(6, at: 5)
    #expect(surplus(5) == [4, 3])
    for id in 7...9 { add(UInt64(id), at: 5) }
    #expect(
      surplus(5).isSuperset(of: [4, 3, 2]) && !surplus(5).contains(1), "who has just come goes before who is served")
  }

  @Test("Nobody goes whose answer is being made; then others wait") mutating func busy() {
    for id in 1...4 {
      add(UInt64(id), at: 0)
      table.set(UInt64(id), .answering, now: 0)
    }
    #expect(table.isBusy)
    table.set(1, .idle, now: 0)
    add(5, at: 9)
    #expect(!table.isBusy && surplus(9) == [1])
  }

  @Test("One host has three quarters, and its own go for its own") mutating func hosts() {
    add(9, host: "other", at: 0)
    for id in 1...3 { add(UInt64(id), host: "greedy", at: UInt64(id)) }
    #expect(surplus(9).isEmpty)
    add(4, host: "greedy", at: 9)
    #expect(surplus(9) == [1])
    table.keep { $0 != 1 }
    #expect(surplus(9).isEmpty && table.count == 4)
  }
}
