import ItemStore

/// How far a copy has come that has not ended: what the sender held in the places below `end`, up to `mark`, has arrived.
///
/// Places are those of `WalkCursor`, numbers that a key keeps as long as its daemon runs. `mark` is the fence that the sender
/// took when that copy began.
package struct WalkedPlaces: Hashable, Sendable {
  package var end: UInt64
  package var mark: Stamp

  package init(end: UInt64, mark: Stamp) {
    self.end = end
    self.mark = mark
  }

  package static let none = WalkedPlaces(end: 0, mark: .zero)
}
