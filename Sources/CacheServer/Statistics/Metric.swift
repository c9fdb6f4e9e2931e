/// One thing that a server tells of itself, and how it is read: a line of a module's table.
///
/// ```
///   table of Metric<Source> ──samples(of: source)──▶ [MetricSample] ──▶ lines of `stats`       (text, in the table's order)
///                                                                  └──▶ other forms            (by kind, unit, label)
/// ```
///
/// A source is what the metrics of a table have in common, gathered once for all of them: a snapshot, or counters of atomic
/// words. Reading takes no lock that a request waits for. It must not know who asks, nor in what form it is told.
struct Metric<Source>: Sendable {
  let name: String
  let kind: MetricKind
  let unit: MetricUnit
  let help: String
  /// Nil: there is nothing to tell now, and no line.
  let read: @Sendable (Source) -> MetricValue?
}

package enum MetricKind: Sendable {
  /// Rises, until `stats reset` or the end of the process.
  case counter
  /// Goes up and down.
  case gauge
  /// A word, or a number that is not to be counted with: a name, a version, a setting.
  case info
  /// What monitors of memcached ask for and this server does not have, so never has any of.
  case absent
}

package enum MetricUnit: Sendable {
  case none, bytes, seconds, milliseconds, microseconds
}

/// What tells apart the metrics of one name: the slab class.
package struct MetricLabel: Sendable, Equatable {
  package let name: String
  package let value: String

  package init(name: String, value: String) { (self.name, self.value) = (name, value) }
}

/// A metric, read.
package struct MetricSample: Sendable {
  package let name: String
  package let kind: MetricKind
  package let unit: MetricUnit
  package let help: String
  package let label: MetricLabel?
  package let value: MetricValue

  package init(
    name: String, kind: MetricKind, unit: MetricUnit = .none, help: String, label: MetricLabel? = nil,
    value: MetricValue
  ) {
    (self.name, self.kind, self.unit, self.help) = (name, kind, unit, help)
    (self.label, self.value) = (label, value)
  }
}

package enum MetricValue: Sendable, Equatable, CustomStringConvertible {
  case count(UInt64)
  /// May be below zero.
  case number(Int64)
  /// Told in seconds.
  case microseconds(UInt64)
  /// With two digits, as C's `%.2f` does, for the factors a person types.
  case factor(Double)
  /// memcached shows switches as 0 and 1, or in `stats settings` as yes and no.
  case flag(Bool)
  case yes(Bool)
  case text(String)

  /// As `stats` tells it.
  package var description: String {
    switch self {
    case .count(let count): String(count)
    case .number(let number): String(number)
    case .microseconds(let time): "\(time / 1_000_000)." + Self.padded(time % 1_000_000, to: 6)
    case .factor(let factor): Self.twoDigits(UInt64((factor * 100).rounded()))
    case .flag(let isOn): isOn ? "1" : "0"
    case .yes(let isOn): isOn ? "yes" : "no"
    case .text(let text): text
    }
  }

  private static func twoDigits(_ hundredths: UInt64) -> String {
    "\(hundredths / 100)." + padded(hundredths % 100, to: 2)
  }

  private static func padded(_ number: UInt64, to count: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, count - digits.count)) + digits
  }
}
