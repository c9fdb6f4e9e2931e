/// The lines of a table, in the fewest words.
extension Metric {
  static func counter<Number: BinaryInteger & SendableMetatype>(
    _ name: String, in unit: MetricUnit = .none, _ help: String, _ read: @escaping @Sendable (Source) -> Number
  ) -> Metric {
    Metric(name: name, kind: .counter, unit: unit, help: help) { .count(UInt64(clamping: read($0))) }
  }

  static func gauge<Number: BinaryInteger & SendableMetatype>(
    _ name: String, in unit: MetricUnit = .none, _ help: String, _ read: @escaping @Sendable (Source) -> Number
  ) -> Metric {
    Metric(name: name, kind: .gauge, unit: unit, help: help) { .number(Int64(clamping: read($0))) }
  }

  /// 1 while it is so.
  static func state(_ name: String, _ help: String, _ read: @escaping @Sendable (Source) -> Bool) -> Metric {
    Metric(name: name, kind: .gauge, unit: .none, help: help) { .flag(read($0)) }
  }

  static func info(_ name: String, _ help: String, _ read: @escaping @Sendable (Source) -> MetricValue?) -> Metric {
    Metric(name: name, kind: .info, unit: .none, help: help, read: read)
  }

  static func absent(_ name: String, _ value: MetricValue = .count(0)) -> Metric {
    Metric(name: name, kind: .absent, unit: .none, help: "memcached's; not here") { _ in value }
  }
}

extension Sequence {
  func samples<Source>(of source: Source, label: MetricLabel? = nil) -> [MetricSample] where Element == Metric<Source> {
    compactMap { metric in
      metric.read(source).map {
        MetricSample(
          name: metric.name, kind: metric.kind, unit: metric.unit, help: metric.help, label: label, value: $0)
      }
    }
  }
}
