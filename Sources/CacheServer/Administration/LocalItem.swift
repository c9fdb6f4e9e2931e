import ItemStore
import Platform
import Replication

/// An item as it is shown: one of a list, or by itself with its value.
package struct LocalItem: Sendable {
  package var key: [UInt8]
  package var clientFlags: UInt32 = 0
  package var valueCount = 0
  package var slabClass = 0
  /// Milliseconds; 0: for ever.
  package var remaining: Int64 = 0
  package var idleSeconds: UInt64 = 0
  /// The value's beginning, where it was asked for.
  package var value: [UInt8] = []
}

/// What one side holds under a key.
package struct HeldState: Sendable, Equatable {
  package enum Kind: Sendable {
    case absent, live, dead, deleted
  }

  package let kind: Kind
  package let fresh: UInt64
  package let changed: UInt64
  package let touched: UInt64
  package let clientFlags: UInt32
  package let remaining: Int64
  package let valueCount: UInt32

  /// Both sides have the same state; what remains of its time may differ by what the wire took.
  package func isSameState(as other: HeldState) -> Bool {
    kind == other.kind && fresh == other.fresh && changed == other.changed && touched == other.touched
      && clientFlags == other.clientFlags && valueCount == other.valueCount
  }

  /// Unix microseconds of its last change.
  package var changedAt: UInt64? { touched == 0 ? nil : Stamp(rawValue: touched).unixMicroseconds }
}

extension HeldState {
  init(_ answer: KeyAnswer) {
    kind =
      switch answer.state {
      case .absent: .absent
      case .live: .live
      case .dead: .dead
      case .tombstone: .deleted
      }
    (fresh, changed, touched) = (answer.fresh, answer.changed, answer.touched)
    (clientFlags, remaining, valueCount) = (answer.clientFlags, answer.remaining, answer.valueCount)
  }
}

extension LocalItem {
  /// Under the lock of the item's stripe: numbers and a key.
  init(_ view: borrowing ItemView, _ store: ItemStore, _ moment: Moment) {
    key = view.key.copied
    clientFlags = view.clientFlags
    valueCount = view.valueCount
    slabClass = view.slabClass
    remaining = ProcessClock.remaining(expiresAt: view.expiresAt, at: moment)
    idleSeconds = UInt64(store.secondsSinceAccess(view, at: moment))
  }

  /// The item under a key with the first bytes of its value; no use of it is counted. A large value is read when its stripe's lock is
  /// free again.
  static func look(_ key: [UInt8], valueBytes: Int, _ context: ServerContext) -> LocalItem? {
    let (store, moment) = (context.store, context.moment())
    var item: LocalItem?
    var pinned: PinnedItem?
    store.peek(key.span, hash: store.hash(key.span), now: moment.seconds) { view in
      var found = LocalItem(view, store, moment)
      if valueBytes > 0 {
        if view.valueCount <= maxUnderLock, !view.isChained {
          found.value = view.inlineValue.copied
        } else {
          pinned = store.pin(view)
        }
      }
      item = found
    }
    if let pinned {
      var value: [UInt8] = []
      store.forEachPiece(of: pinned, from: 0) { piece in
        value += piece.extracting(first: valueBytes - value.count).copied
        return value.count < valueBytes
      }
      store.unpin(pinned)
      item?.value = value
    }
    if let value = item?.value, value.count > valueBytes { item?.value = Array(value.prefix(valueBytes)) }
    return item
  }

  private static let maxUnderLock = 4096
}

extension Span where Element == UInt8 {
  fileprivate var copied: [UInt8] { [UInt8](capacity: count) { $0.append(copying: self) } }
}
