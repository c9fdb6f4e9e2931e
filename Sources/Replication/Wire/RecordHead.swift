import ItemStore

/// An item on the wire, without its key and value.
package struct RecordHead: Equatable, Sendable {
  package let version: Version
  package let marks: ItemMarks
  package let clientFlags: UInt32
  /// What remains of its time to live when it is sent: milliseconds, 0 for ever, negative: it has ended. While it waits
  /// in a ring (`QueuedTime`), the process seconds of its end.
  package let remaining: Int64

  package init(version: Version, marks: ItemMarks = .none, clientFlags: UInt32, remaining: Int64) {
    self.version = version
    self.marks = marks
    self.clientFlags = clientFlags
    self.remaining = remaining
  }

  /// What clients see as the cas unique.
  var cas: UInt64 { marks.explicitCAS ?? version.changed.rawValue }

  /// The same for a peer that knows no marks.
  func told(withMarks: Bool) -> RecordHead {
    withMarks || marks.isEmpty ? self : RecordHead(version: version, clientFlags: clientFlags, remaining: remaining)
  }

  /// As it is sent at this moment.
  init(_ item: borrowing ItemView, at moment: Moment, rules: PairRules = .all) {
    version = item.version
    marks = item.marks
    clientFlags = item.clientFlags
    remaining = Self.remaining(expiresAt: item.expiresAt, at: moment, rules)
  }

  /// As it waits in a ring.
  init(queued item: borrowing ItemView) {
    version = item.version
    marks = item.marks
    clientFlags = item.clientFlags
    remaining = Int64(item.expiresAt)
  }

  static func remaining(expiresAt: UInt32, at moment: Moment, _ rules: PairRules) -> Int64 {
    let remaining = ProcessClock.remaining(expiresAt: expiresAt, at: moment)
    if rules.contains(.whatRemains) || remaining <= 0 { return remaining }
    return remaining.addingReportingOverflow(Int64(clamping: moment.unixMicroseconds / 1000)).partialValue
  }

  /// By the process clock of who has received it at this moment.
  func expiresAt(_ moment: Moment, _ rules: PairRules) -> UInt32 {
    var rest = remaining
    if !rules.contains(.whatRemains), rest > 0 {
      rest -= Int64(clamping: moment.unixMicroseconds / 1000)
      if rest <= 0 { return ProcessClock.expired }
    }
    return ProcessClock.expiresAt(remaining: rest, at: moment)
  }
}
