/// Numbers of the last hour, one row a second, in memory of a fixed size.
///
/// ```
///   rows     0 … next-1 │ next … 3599            the oldest is overwritten; what was not known is NaN
///   a row    local: each Series    remote: each Series
/// ```
///
/// 3,600 rows of 2 sides and 10 series, 4 bytes each: 288,000 bytes, from the start to the end.
struct SampleRing: Sendable {
  static let seconds = 3600
  static let rowCount = 2 * Series.allCases.count

  private var values: [Float]
  private var next = 0
  private(set) var count = 0

  init() { values = [Float](repeating: .nan, count: Self.seconds * Self.rowCount) }

  var byteCount: Int { values.count * MemoryLayout<Float>.size }

  mutating func append(local: [Float], remote: [Float]) {
    let width = Series.allCases.count
    for series in 0..<width {
      values[next * Self.rowCount + series] = series < local.count ? local[series] : .nan
      values[next * Self.rowCount + width + series] = series < remote.count ? remote[series] : .nan
    }
    next = (next + 1) % Self.seconds
    count = min(count + 1, Self.seconds)
  }

  /// The last `seconds` of a series, oldest first, as so many means; NaN where nothing is known.
  func means(_ series: Series, isLocal: Bool, seconds: Int, points: Int) -> [Float] {
    let column = series.rawValue + (isLocal ? 0 : Series.allCases.count)
    return (0..<points).map { point in
      let (begin, end) = (point * seconds / points, (point + 1) * seconds / points)
      var (sum, known): (Float, Float) = (0, 0)
      for age in (seconds - end)..<(seconds - begin) where age < count {
        let value = values[(next - 1 - age + 2 * Self.seconds) % Self.seconds * Self.rowCount + column]
        if !value.isNaN { (sum, known) = (sum + value, known + 1) }
      }
      return known > 0 ? sum / known : .nan
    }
  }
}

/// What is drawn over time. All but the last three are rates, by second.
enum Series: Int, CaseIterable, Sendable {
  /// From 0 to 1, of the second's gets.
  case hitRate
  case gets, sets, others, bytesRead, bytesWritten, evictions
  case connections, itemBytes, lagMicroseconds
}
