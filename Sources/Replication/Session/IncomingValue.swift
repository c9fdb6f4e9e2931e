import ItemStore

/// A large value of the peer's, of which fragments arrive. Without a pending item there was no room for it: its bytes are
/// let go, and at the end what is older here goes too.
struct IncomingValue: ~Copyable {
  let head: RecordHead
  let key: [UInt8]
  let hash: UInt64
  var missing: Int
  var pending: PendingItem?
}
