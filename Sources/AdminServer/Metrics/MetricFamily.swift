import CacheServer

/// Metrics of one name as Prometheus has them: samples of the tables of `stats`, in base units, told apart by labels.
///
/// ```
///   ServerReport ──[MetricSample]──┬─ those the memcached_exporter shows ─▶ ExporterFamily.table ─▶ memcached_…
///                                  ├─ the others that are numbers ────────▶ OwnFamilies ──────────▶ repcached_…
///                                  └─ of the pair ────────────────────────▶ OwnFamilies ──────────▶ repcached_pair_…
/// ```
struct MetricFamily: Sendable, Equatable {
  enum Kind: Sendable {
    case counter, gauge
  }

  struct Sample: Sendable, Equatable {
    let labels: [MetricLabel]
    let value: String
  }

  let name: String
  let kind: Kind
  let help: String
  var samples: [Sample]

  /// All that a server tells; nil where it has nothing to tell yet, or any more.
  static func all(_ report: ServerReport) -> [MetricFamily]? {
    let groups = SampleGroups(report)
    guard let groups else { return nil }
    return (ExporterFamily.families(groups) + OwnFamilies.families(groups)).filter { !$0.samples.isEmpty }
  }
}

/// What a server tells at one moment, by group of `stats`.
struct SampleGroups {
  let general, settings, items, slabs, pair: [MetricSample]

  init?(_ report: ServerReport) {
    guard let general = report.samples(""), let settings = report.samples("settings"),
      let items = report.samples("items"), let slabs = report.samples("slabs"),
      let pair = report.samples("replication")
    else { return nil }
    (self.general, self.settings, self.items, self.slabs, self.pair) = (general, settings, items, slabs, pair)
  }
}

extension MetricValue {
  /// As a number, in the unit that it is kept in; nil for a text.
  var number: Double? {
    switch self {
    case .count(let count): Double(count)
    case .number(let number): Double(number)
    case .microseconds(let time): Double(time) / 1_000_000
    case .factor(let factor): factor
    case .flag(let isOn), .yes(let isOn): isOn ? 1 : 0
    case .text: nil
    }
  }

  /// The same as Prometheus writes it, every digit of it.
  var prometheusText: String? {
    switch self {
    case .count(let count): String(count)
    case .number(let number): String(number)
    case .microseconds: description
    case .factor, .flag, .yes: number.map(Self.shortest)
    case .text: nil
    }
  }

  static func shortest(_ number: Double) -> String {
    let text = "\(number)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
