import Testing

@testable import repcached_tool

/// Layouts of memcached-tool, 1.6.18; Tests/EndToEndTests/Tool compares with the program itself.
@Suite("memcached-tool's tables")
struct ClassicTableTests {
  private typealias Statistic = ServerConversation.Statistic

  private func list(_ pairs: [(String, String)]) -> [Statistic] { pairs.map { Statistic(name: $0.0, value: $0.1) } }

  @Test("Statistics stand in the order of bytes, and keep the carriage return") func stats() throws {
    let server = try #require(ServerName("127.0.0.1:11211"))
    let text = ClassicTable.stats(server, list([("b", "2"), ("a", "1"), ("B", "x y"), ("a", "3")]))
    #expect(
      text == """
        #127.0.0.1:11211        Field         Value
                                    B           x y\r
                                    a             3\r
                                    b             2\r

        """)
  }

  @Test("Of slab classes those with pages are shown, up to the last of stats slabs") func display() {
    let items = list([("items:1:number", "5"), ("items:1:age", "12"), ("items:3:number", "1"), ("items:9:number", "1")])
    let slabs = list([
      ("1:chunk_size", "96"), ("1:total_pages", "1"), ("1:used_chunks", "5"), ("1:total_chunks", "10922"),
      ("2:chunk_size", "120"), ("2:total_pages", "0"), ("3:chunk_size", "1184"), ("3:total_pages", "1"),
      ("3:used_chunks", "1"), ("3:total_chunks", "1"), ("active_slabs", "2"),
    ])
    #expect(
      ClassicTable.display(items: items, slabs: slabs) == """
          #  Item_Size  Max_age   Pages   Count   Full?  Evicted Evict_Time OOM
          1      96B        12s       1       5      no        0        0    0
          3     1.2K         0s       1       1     yes        0        0    0

        """)
  }

  @Test(
    "A quotient has one digit, as C's %.1f",
    arguments: [
      (1184, "1.2"), (1024, "1.0"), (1536, "1.5"), (1076, "1.1"), (1280, "1.2"), (1792, "1.8"), (524_288, "512.0"),
    ])
  func digits(bytes: Int, text: String) { #expect(oneDigit(bytes, of: 1024) == text) }
}
