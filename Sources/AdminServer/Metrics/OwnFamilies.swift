import CacheServer

/// What the memcached_exporter does not know: `repcached_` and the name of `stats`, in base units and with the endings of
/// Prometheus.
enum OwnFamilies {
  static func families(_ groups: SampleGroups) -> [MetricFamily] {
    let others = { (samples: [MetricSample], group: StatisticsGroup) in
      samples.filter { !ExporterFamily.shows($0.name, in: group) }
    }
    return gathered(others(groups.general, .general), "repcached_")
      + gathered(others(groups.items, .items), "repcached_slab_")
      + gathered(others(groups.slabs, .slabs), "repcached_slab_") + pair(groups.pair)
      + gathered(groups.pair, "repcached_pair_")
  }

  /// Numbers, those of one name together.
  private static func gathered(_ samples: [MetricSample], _ prefix: String) -> [MetricFamily] {
    var families: [MetricFamily] = []
    var places: [String: Int] = [:]
    for sample in samples {
      guard let (name, value) = own(sample) else { continue }
      let place = places[name] ?? families.count
      if place == families.count {
        let kind: MetricFamily.Kind = sample.kind == .counter ? .counter : .gauge
        families.append(MetricFamily(name: prefix + name, kind: kind, help: sample.help, samples: []))
        places[name] = place
      }
      families[place].samples.append(.init(labels: sample.label.map { [$0] } ?? [], value: value))
    }
    return families
  }

  private static func own(_ sample: MetricSample) -> (name: String, value: String)? {
    guard sample.kind == .counter || sample.kind == .gauge else { return nil }
    guard let number = sample.value.number, let text = sample.value.prometheusText else { return nil }
    let (name, divisor) = inBaseUnit(sample)
    let value = divisor == 1 ? text : MetricValue.shortest(number / divisor)
    return (sample.kind == .counter ? name + "_total" : name, value)
  }

  /// The unit stands at the end of the name.
  private static func inBaseUnit(_ sample: MetricSample) -> (name: String, divisor: Double) {
    let name = sample.name
    switch sample.unit {
    case .none: return (name, 1)
    case .seconds: return (name.hasSuffix("_seconds") ? name : name + "_seconds", 1)
    case .milliseconds: return (trimmed(name, "_ms") + "_seconds", 1_000)
    case .microseconds: return (trimmed(name, "_us") + "_seconds", 1_000_000)
    case .bytes:
      if name.hasPrefix("bytes_") { return (name.dropFirst("bytes_".count) + "_bytes", 1) }
      return (name.hasSuffix("_bytes") ? name : name + "_bytes", 1)
    }
  }

  private static func trimmed(_ name: String, _ ending: String) -> String {
    name.hasSuffix(ending) ? String(name.dropLast(ending.count)) : name
  }

  // MARK: The pair

  /// The words of `stats replication`: as labels, and each state of the link as a series that is 1 while it is so.
  private static func pair(_ samples: [MetricSample]) -> [MetricFamily] {
    let told = Dictionary(samples.map { ($0.name, $0.value.description) }, uniquingKeysWith: { first, _ in first })
    let labels = ["role", "peer", "wanted_peer", "peer_protocol"].map { MetricLabel(name: $0, value: told[$0] ?? "") }
    let states = states.map { state in
      MetricFamily.Sample(
        labels: [MetricLabel(name: "state", value: state)], value: told["state"] == state ? "1" : "0")
    }
    return [
      MetricFamily(
        name: "repcached_pair_info", kind: .gauge, help: "role, and who the peer is",
        samples: told["role"] == nil ? [] : [.init(labels: labels, value: "1")]),
      MetricFamily(name: "repcached_pair_state", kind: .gauge, help: "1 for the state of the link", samples: states),
    ]
  }

  private static let states = ["off", "listen", "connect", "copy", "stream"]
}
