import CacheServer

/// One family of prometheus/memcached_exporter, 0.16.0: its name and its labels, and which lines of `stats` it is made of.
///
/// Dashboards and alerts for that exporter go on working with /metrics. The words of help differ from its own, and so does the type of what falls
/// (`uptime_seconds`, `…_evicted_time_seconds` and `…_mem_requested_bytes` are counters there). What it shows of external storage
/// and of a proxy it shows where there is one, and so never here. The table is `ExporterFamily+Table.swift`.
struct ExporterFamily: Sendable {
  /// A series: a statistic, less others, under labels.
  struct Series: Sendable {
    let statistic: String
    let less: [String]
    let labels: [MetricLabel]

    init(_ statistic: String, less: [String] = [], _ labels: [MetricLabel] = []) {
      (self.statistic, self.less, self.labels) = (statistic, less, labels)
    }
  }

  let name: String
  let kind: MetricFamily.Kind
  let help: String
  let group: StatisticsGroup
  let series: [Series]

  static func families(_ groups: SampleGroups) -> [MetricFamily] {
    [up] + version(groups) + table.map { $0.family(groups) }
  }

  /// Whether a line of `stats` is told here.
  static func shows(_ statistic: String, in group: StatisticsGroup) -> Bool {
    if group == .general, statistic == "max_connections" { return true }
    return shown[group]?.contains(statistic) ?? false
  }

  private static let shown = Dictionary(grouping: table, by: \.group).mapValues { families in
    Set(families.flatMap { $0.series.flatMap { [$0.statistic] + $0.less } })
  }

  private static let up = MetricFamily(
    name: "memcached_up", kind: .gauge, help: "1: it answers", samples: [.init(labels: [], value: "1")])

  private static func version(_ groups: SampleGroups) -> [MetricFamily] {
    let version = groups.general.first { $0.name == "version" }?.value.description ?? ""
    return [
      MetricFamily(
        name: "memcached_version", kind: .gauge, help: "version of the program, as a label",
        samples: [.init(labels: [MetricLabel(name: "version", value: version)], value: "1")])
    ]
  }

  private func family(_ groups: SampleGroups) -> MetricFamily {
    MetricFamily(name: "memcached_" + name, kind: kind, help: help, samples: samples(group.samples(groups)))
  }

  /// Of each slab class one after another, where the lines have classes.
  private func samples(_ told: [MetricSample]) -> [MetricFamily.Sample] {
    var values: [String: [String: MetricValue]] = [:]
    var slabs: [MetricLabel?] = []
    let wanted = Set(series.flatMap { [$0.statistic] + $0.less })
    for sample in told where wanted.contains(sample.name) {
      let slab = sample.label?.value ?? ""
      if values[slab] == nil { slabs.append(sample.label) }
      values[slab, default: [:]][sample.name] = sample.value
    }
    return slabs.flatMap { slab in
      series.compactMap { series in
        series.value(of: values[slab?.value ?? ""] ?? [:]).map {
          MetricFamily.Sample(labels: (slab.map { [$0] } ?? []) + series.labels, value: $0)
        }
      }
    }
  }
}

extension ExporterFamily.Series {
  fileprivate func value(of values: [String: MetricValue]) -> String? {
    guard let whole = values[statistic] else { return nil }
    if less.isEmpty { return whole.prometheusText }
    guard case .count(var count) = whole else { return nil }
    // The tables tell numbers that go together; whatever came of them, no counter falls below zero.
    for name in less {
      guard case .count(let part) = values[name] else { return nil }
      count -= min(count, part)
    }
    return String(count)
  }
}

/// A group of `stats`.
enum StatisticsGroup: Sendable, Hashable {
  case general, settings, items, slabs

  func samples(_ groups: SampleGroups) -> [MetricSample] {
    switch self {
    case .general: groups.general
    case .settings: groups.settings
    case .items: groups.items
    case .slabs: groups.slabs
    }
  }
}
