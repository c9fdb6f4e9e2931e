/// The three stamps of a state, which decide between two states of a key: the greater wins (docs/spec/state.py).
///
/// | | fresh | changed | touched |
/// |---|---|---|---|
/// | set, add, replace, delete | new | new | new |
/// | incr, decr, append, prepend, cas | of the base | new | new |
/// | touch, gat | of the base | of the base | new |
///
/// So what was computed from a value is older than a set that replaced this value, or a delete that removed it,
/// whenever the two were done: who increments a counter without knowing of its delete does not bring it back.
///
/// Flushes and horizons ask for `fresh`, clients see `changed` as the cas unique, and catch-up, marks and eviction go
/// by `touched`. No stamp is greater than the one behind it: fresh ≤ changed ≤ touched.
package struct Version: Comparable, Hashable, Sendable, CustomStringConvertible {
  /// Of the last write that carried its whole value.
  package let fresh: Stamp
  /// Of the last change of the value.
  package let changed: Stamp
  /// Of the last change of any kind.
  package let touched: Stamp

  /// Nil if the three are not in order, or one is no stamp.
  package init?(fresh: Stamp, changed: Stamp, touched: Stamp) {
    guard fresh <= changed, changed <= touched, touched <= .greatest else { return nil }
    self.init(ordered: fresh, changed, touched)
  }

  @inline(__always) init(ordered fresh: Stamp, _ changed: Stamp, _ touched: Stamp) {
    self.fresh = fresh
    self.changed = changed
    self.touched = touched
  }

  /// Of a write that carries its whole value, or a delete.
  @inline(__always) package init(_ stamp: Stamp) { self.init(ordered: stamp, stamp, stamp) }

  package static let zero = Version(.zero)

  /// Of a value computed from one of this version; `stamp` is greater than its stamps.
  @inline(__always) func changed(at stamp: Stamp) -> Version { Version(ordered: fresh, stamp, stamp) }

  /// Of the same value with another expiry.
  func touched(at stamp: Stamp) -> Version { Version(ordered: fresh, changed, stamp) }

  /// The three are one.
  @inline(__always) package var isFresh: Bool { fresh == touched }

  package static func < (left: Version, right: Version) -> Bool {
    if left.fresh != right.fresh { return left.fresh < right.fresh }
    if left.changed != right.changed { return left.changed < right.changed }
    return left.touched < right.touched
  }

  package var description: String { isFresh ? "\(fresh)" : "(\(fresh), \(changed), \(touched))" }
}
