/// A picture of one series over time, both sides in it, made here: an SVG of some KB, without a script.
///
/// The sides differ in colour and in dashes, so that neither is needed; a screen reader finds the numbers in its title.
struct Chart {
  let title: String
  /// What stands at the upper end, and what is told of the last point.
  let unit: (Float) -> String
  let local: [Float]
  let remote: [Float]
  /// The upper end at least; 1 for a share.
  var least: Float = 1
  var names: (local: String, remote: String)
  var span: (from: String, to: String)

  private static let (width, height, left, bottom): (Double, Double, Double, Double) = (360, 130, 4, 112)

  var html: HTML {
    let top = max(least, (local + remote).filter(\.isFinite).max() ?? 0)
    let here = last(local)
    let there = last(remote)
    return """
      <figure><figcaption><strong>\(title)</strong>\
      <span class="legend-a">\(names.local): \(here)</span><span class="legend-b">\(names.remote): \(there)</span></figcaption>\
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(title). \(names.local): \(here). \(names.remote): \(there).">\
      <line class="axis" x1="0" y1="\(Self.bottom)" x2="\(Self.width)" y2="\(Self.bottom)"/>\
      <line class="axis" x1="0" y1="14" x2="\(Self.width)" y2="14"/>\
      <text x="\(Self.left)" y="11">\(unit(top))</text>\
      <text x="\(Self.left)" y="\(Self.height - 4)">\(span.from)</text>\
      <text x="\(Self.width - Self.left)" y="\(Self.height - 4)" text-anchor="end">\(span.to)</text>\
      \(lines(remote, "b", top))\(lines(local, "a", top))</svg></figure>
      """
  }

  private func last(_ points: [Float]) -> String { points.last.flatMap { $0.isNaN ? nil : unit($0) } ?? "–" }

  /// A line for each run of points that are known.
  private func lines(_ points: [Float], _ name: String, _ top: Float) -> HTML {
    let runs = points.indices.split { !points[$0].isFinite }
    return runs.map { run -> HTML in
      let path = run.map { index -> HTML in
        "\(x(index, of: points.count)),\(y(points[index], top)) "
      }.joined()
      // One point is no line: it is drawn as a short one.
      if run.count == 1, let index = run.first {
        let before = max(0, x(index, of: points.count) - 1.5)
        return "<polyline class=\"\(name)\" points=\"\(before),\(y(points[index], top)) \(path)\"/>"
      }
      return "<polyline class=\"\(name)\" points=\"\(path)\"/>"
    }.joined()
  }

  private func x(_ index: Int, of count: Int) -> Double { Double(index) / Double(max(count - 1, 1)) * Self.width }
  private func y(_ value: Float, _ top: Float) -> Double { Self.bottom - Double(value / top) * (Self.bottom - 14) }
}
