import Glibc

// The latency curve as a picture: how rare to the right, how slow upwards, both logarithmic, so that the slowest request
// in a million has as much room as the median.
//
//    µs │              ╭──── repcached
//       │     ╭────────╯     one line a curve, its name beside it
//       │─────╯
//       └──────────────────
//        0  90  99  99.9 %

struct LatencyPicture {
  private static let width = 840.0
  private static let height = 470.0
  private static let left = 70.0
  private static let right = 150.0
  private static let top = 50.0
  private static let bottom = 45.0
  /// Told apart by the colour-blind too.
  private static let colors = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"]

  private let title: String
  private let curves: [LatencyCurve]
  private let rarest: Double
  private let fastest: Double
  private let slowest: Double

  init(title: String, _ curves: [LatencyCurve]) {
    self.title = title
    self.curves = curves
    let points = curves.flatMap(\.points)
    rarest = max(points.reduce(1) { max($0, $1.rarity) }, 1000)
    let least = max(points.reduce(.infinity) { min($0, $1.microseconds) }, 0.1)
    let most = points.reduce(least) { max($0, $1.microseconds) }
    fastest = LatencyPicture.steps(from: least, to: most).last { $0 <= least } ?? least
    slowest = LatencyPicture.steps(from: least, to: most).first { $0 > most } ?? most * 2
  }

  var svg: String {
    var lines = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.width.fixed(0)) \(Self.height.fixed(0))\" "
        + "font-family=\"sans-serif\" font-size=\"12\">",
      "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>",
      text(title, x: Self.left, y: 24, anchor: "start", size: 14),
    ]
    lines += verticalGrid + horizontalGrid
    for (number, curve) in curves.enumerated() { lines += drawn(curve, number) }
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  private func drawn(_ curve: LatencyCurve, _ number: Int) -> [String] {
    let color = Self.colors[number % Self.colors.count]
    var path = ""
    for (index, point) in curve.points.enumerated() {
      path += "\(index == 0 ? "M" : "L")\(x(point.rarity).fixed(1)) \(y(point.microseconds).fixed(1))"
    }
    let label = Self.top + 8 + Double(number) * 20
    let edge = Self.width - Self.right
    return [
      "<path d=\"\(path)\" fill=\"none\" stroke=\"\(color)\" stroke-width=\"2\" stroke-linejoin=\"round\"/>",
      "<path d=\"M\((edge + 12).fixed(0)) \(label.fixed(0))h18\" stroke=\"\(color)\" stroke-width=\"3\"/>",
      text(curve.name, x: edge + 36, y: label + 4, anchor: "start"),
    ]
  }

  private var verticalGrid: [String] {
    let ticks: [(String, Double)] = [
      ("0%", 1), ("50%", 2), ("90%", 10), ("99%", 100), ("99.9%", 1000), ("99.99%", 10_000), ("99.999%", 100_000),
      ("99.9999%", 1_000_000),
    ]
    let bottom = Self.height - Self.bottom
    return ticks.filter { $0.1 <= rarest }.flatMap { name, rarity in
      [
        line(x(rarity), Self.top, x(rarity), bottom),
        text(name, x: x(rarity), y: bottom + 18, anchor: "middle"),
      ]
    } + [
      text(
        "of the requests took at most", x: (Self.left + Self.width - Self.right) / 2, y: Self.height - 8,
        anchor: "middle")
    ]
  }

  private var horizontalGrid: [String] {
    LatencyPicture.steps(from: fastest, to: slowest).filter { $0 >= fastest && $0 <= slowest }.flatMap { step in
      [
        line(Self.left, y(step), Self.width - Self.right, y(step)),
        text(LatencyPicture.named(step), x: Self.left - 8, y: y(step) + 4, anchor: "end"),
      ]
    }
  }

  private func x(_ rarity: Double) -> Double {
    Self.left + log(max(rarity, 1)) / log(rarest) * (Self.width - Self.left - Self.right)
  }

  private func y(_ microseconds: Double) -> Double {
    let share = log(max(microseconds, fastest) / fastest) / log(slowest / fastest)
    return Self.height - Self.bottom - share * (Self.height - Self.top - Self.bottom)
  }

  private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
    "<path d=\"M\(x1.fixed(1)) \(y1.fixed(1))L\(x2.fixed(1)) \(y2.fixed(1))\" stroke=\"#dddddd\"/>"
  }

  private func text(_ text: String, x: Double, y: Double, anchor: String, size: Int = 12) -> String {
    "<text x=\"\(x.fixed(1))\" y=\"\(y.fixed(1))\" text-anchor=\"\(anchor)\" font-size=\"\(size)\" fill=\"#333333\">"
      + "\(LatencyPicture.escaped(text))</text>"
  }

  /// 1, 2, 5, 10, 20, … from below `least` to above `most`; only the decades when they are many.
  private static func steps(from least: Double, to most: Double) -> [Double] {
    let first = Int(log10(least).rounded(.down))
    let last = Int(log10(most).rounded(.up))
    let factors: [Double] = last - first > 4 ? [1] : [1, 2, 5]
    return (first...(last + 1)).flatMap { decade in factors.map { $0 * pow(10, Double(decade)) } }
  }

  private static func named(_ microseconds: Double) -> String {
    let (value, unit) =
      microseconds < 1000
      ? (microseconds, "µs") : microseconds < 1_000_000 ? (microseconds / 1000, "ms") : (microseconds / 1e6, "s")
    return "\(value.fixed(value < 1 ? 1 : 0)) \(unit)"
  }

  private static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      default: result.append(character)
      }
    }
  }
}
