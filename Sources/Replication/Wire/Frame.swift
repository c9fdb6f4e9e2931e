import ItemStore

// What two daemons say to each other, decoded.
//
//      0        4      5
//      | length | kind | fields … | key … | value …
//               └───────── length bytes ─────────┘        numbers in network order
//
//   hello            who I am                        mark             all I wrote up to the fence was sent before this
//   confirm          the connector's proof           acknowledgement  the highest fence I received, refusals seen
//   place            tell me when you are here       reached          I am, and have told what I could not keep
//   roomless         your value finds no room here, or is too large
//   goodbye          why I close                     refused          your value is below my horizon
//   heartbeat        my clock                        copyFromZero     begin your copy again, send everything
//   record           an item with its whole value    copyBegin        what follows is all I have above the stamp
//   opening          an item whose value follows     copyEnd          it is sent; counts as a mark
//   fragment         a piece of that value           flush            the floor, and one to come
//   abandoned        the rest of it will not come    delete           a tombstone
//   walked           so far has my copy come
//
// Invariants. A frame is at most `FrameLimits.frame` bytes, so a reader needs no larger buffer, whatever the value: what
// does not fit one record goes as an opening and fragments, between which any other frame may stand. A key has 1 to 250
// bytes. The first byte of a frame is 0 (its length stays below 16 MB) and no line of text begins with it: that is how a
// connector tells this protocol from that of repcached 2.x (docs/replication.md, "Wire format").
//
// Keys and values are given as ranges of the bytes decoded from, so a frame is a plain value, and decoding copies nothing.
// Locks: none. It must not know sockets, nor what is done with a frame.
package enum Frame: Equatable, Sendable {
  case hello(payload: Range<Int>)
  case confirm(Proof)
  case goodbye(GoodbyeReason)
  case heartbeat(unixMicroseconds: UInt64)
  case record(RecordHead, key: Range<Int>, value: Range<Int>)
  case delete(Version, key: Range<Int>)
  /// `due`: what remains until the one to come.
  case flush(FlushState)
  case opening(RecordHead, key: Range<Int>, valueCount: Int)
  case fragment(value: Range<Int>)
  case abandoned
  /// `items`: at most so many follow.
  case copyBegin(above: Stamp, items: UInt64)
  case walked(WalkedPlaces)
  case copyEnd(Mark, items: UInt64, answers: UInt32)
  case mark(Mark)
  case acknowledgement(have: Stamp, refusalsSeen: UInt64)
  case refused(Version, key: Range<Int>)
  case roomless(Stamp)
  case place(UInt64)
  case reached(place: UInt64)
  case copyFromZero(ask: UInt32)
  case reference(Version, key: Range<Int>)

  /// The stamp that the receiver's clock will follow; zero where there is none.
  var newestStamp: Stamp {
    switch self {
    case .record(let head, _, _), .opening(let head, _, _): head.version.touched
    case .delete(let version, _): version.touched
    case .mark(let mark), .copyEnd(let mark, _, _): mark.fence
    case .flush(let state): max(state.floor, state.issued)
    default: .zero
    }
  }
}
