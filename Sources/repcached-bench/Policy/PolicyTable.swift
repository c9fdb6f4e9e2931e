/// The rows of a run for people: misses in percent, and by how many percent the store's are more than those of the better of
/// S3-FIFO and ARC.
struct PolicyTable {
  private static let nameWidth = 50
  private static let width = 9
  private let columnCount: Int
  private var overBest: [[Double]] = []

  /// - Parameter columnCount: sets of parameters.
  init(columnCount: Int) { self.columnCount = columnCount }

  var header: String {
    let names = (0..<columnCount).flatMap { [$0 == 0 ? "repcached" : "set \($0)", "over"] }
    return Self.line("misses in percent", ["objects", "LRU", "S3-FIFO", "ARC"] + names)
  }

  mutating func add(_ row: PolicyRow) -> String {
    if row.isCompared { overBest.append(row.overBest) }
    let pairs = row.stores.enumerated().flatMap { number, misses in
      [Self.percent(misses), row.isCompared ? Self.signed(row.overBest[number]) : ""]
    }
    return Self.line(
      row.load, [UInt64(row.capacity).grouped] + [row.lru, row.s3FIFO, row.arc].map(Self.percent) + pairs)
  }

  /// Of the rows so far; empty where none is compared.
  var summary: [String] {
    if overBest.isEmpty { return [] }
    let columns = (0..<columnCount).map { column in overBest.map { $0[column] } }
    let means = columns.map { $0.reduce(0, +) / Double($0.count) }
    let worst = columns.map { $0.max() ?? 0 }
    return [("mean", means), ("worst", worst)].map { name, values in
      Self.line(
        "over the better of S3-FIFO and ARC: \(name)", ["", "", "", ""] + values.flatMap { ["", Self.signed($0)] })
    }
  }

  private static func percent(_ ratio: Double) -> String { (100 * ratio).fixed(2) }

  private static func signed(_ ratio: Double) -> String {
    if !ratio.isFinite { return "" }
    let text = (100 * ratio).fixed(1)
    return text.hasPrefix("-") ? text : "+" + text
  }

  private static func line(_ name: String, _ cells: [String]) -> String {
    let name = name + String(repeating: " ", count: max(0, nameWidth - name.count))
    return name + cells.map { $0.padded(to: width) }.joined(separator: " ")
  }
}
