import Testing

@testable import repcached_bench

@Suite("The table of a run of models")
struct PolicyTableTests {
  private func row(_ stores: [Double], isCompared: Bool = true) -> PolicyRow {
    PolicyRow(load: "a load", capacity: 1500, lru: 0.5, s3FIFO: 0.25, arc: 0.2, stores: stores, isCompared: isCompared)
  }

  private func cells(_ line: String) -> [String] { line.split(separator: " ").map(String.init) }

  @Test("misses are in percent, and so is how many more they are")
  func row() {
    var table = PolicyTable(columnCount: 2)
    let line = table.add(row([0.21, 0.1]))
    #expect(cells(line) == ["a", "load", "1,500", "50.00", "25.00", "20.00", "21.00", "+5.0", "10.00", "-50.0"])
    #expect(line.count == table.header.count)
    #expect(cells(table.header).suffix(4) == ["over", "set", "1", "over"])
  }

  @Test("mean and worst are those of the rows that are compared")
  func summary() {
    var table = PolicyTable(columnCount: 2)
    #expect(table.summary.isEmpty)
    _ = table.add(row([0.21, 0.1]))
    _ = table.add(row([0.19, 0.2]))
    let last = table.add(row([1, 1], isCompared: false))
    #expect(cells(last).suffix(2) == ["100.00", "100.00"])
    #expect(table.summary.map { Array(cells($0).suffix(2)) } == [["+0.0", "-25.0"], ["+5.0", "+0.0"]])
  }
}
