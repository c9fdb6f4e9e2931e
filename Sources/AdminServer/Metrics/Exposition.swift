import CacheServer

/// The two forms of text in which Prometheus takes metrics.
enum Exposition: Sendable {
  /// Its own, 0.0.4.
  case prometheus
  /// OpenMetrics 1.0: a counter's family is named without `_total`. The exporter has counters without it at all, which are of no
  /// known type there, so that their name stays.
  case openMetrics

  var contentType: String {
    switch self {
    case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  func text(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families { write(family, to: &text) }
    return self == .openMetrics ? text + "# EOF\n" : text
  }

  private func write(_ family: MetricFamily, to text: inout String) {
    let (name, kind) = head(family)
    text += "# HELP \(name) \(escaped(family.help, marks: self == .openMetrics))\n# TYPE \(name) \(kind)\n"
    for sample in family.samples {
      let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value, marks: true))\"" }
      text += family.name + (labels.isEmpty ? "" : "{\(labels.joined(separator: ","))}") + " \(sample.value)\n"
    }
  }

  private func head(_ family: MetricFamily) -> (name: String, kind: String) {
    guard self == .openMetrics, family.kind == .counter else { return (family.name, "\(family.kind)") }
    guard family.name.hasSuffix("_total") else { return (family.name, "unknown") }
    return (String(family.name.dropLast("_total".count)), "counter")
  }

  private func escaped(_ text: String, marks: Bool) -> String {
    let plain = text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    return marks ? plain.replacing("\"", with: "\\\"") : plain
  }
}
