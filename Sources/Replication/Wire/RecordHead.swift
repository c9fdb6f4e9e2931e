import ItemStore

/// An item on the wire, without its key and value.
package struct RecordHead: Equatable, Sendable {
  package let stamp: Stamp
  package let clientFlags: UInt32
  /// What remains of its time to live when it is sent: milliseconds, 0 for ever, negative: it has ended. While it waits in a
  /// ring (`QueuedTime`), the process seconds of its end.
  package let remaining: Int64
  /// The cas unique: the stamp, or an older one if it was touched since.
  package let changed: Stamp

  package init(stamp: Stamp, changed: Stamp? = nil, clientFlags: UInt32, remaining: Int64) {
    self.stamp = stamp
    self.changed = changed ?? stamp
    self.clientFlags = clientFlags
    self.remaining = remaining
  }

  /// As it is sent at this moment.
  init(_ item: borrowing ItemView, at moment: Moment, rules: PairRules = .all) {
    stamp = item.stamp
    changed = item.changed
    clientFlags = item.clientFlags
    remaining = Self.remaining(expiresAt: item.expiresAt, at: moment, rules)
  }

  /// As it waits in a ring.
  init(queued item: borrowing ItemView) {
    stamp = item.stamp
    changed = item.changed
    clientFlags = item.clientFlags
    remaining = Int64(item.expiresAt)
  }

  /// In the byte that tells what else a record has: its cas unique. The other bits are 0.
  static let hasChanged: UInt8 = 1

  /// The cas unique where the item must keep it beside its stamp.
  var extendedChanged: Stamp? { changed == stamp ? nil : changed }

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
