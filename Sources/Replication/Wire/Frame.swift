import ItemStore

// What two daemons say to each other, decoded.
//
//      0        4      5
//      | length | kind | fields … | key … | value …
//               └───────── length bytes ─────────┘        numbers in network order
//
//   hello            who the sender is               watermark        all up to the fence was sent before this
//   confirm          the connector's proof           acknowledgement  the highest fence received, refusals seen
//   streamOffset     a place in the sender's stream  offsetReached    it is processed, what could not be kept is told
//   outOfMemory      a value finds no memory, or is too large
//   overtaken        a value came too late: the sender's clients have written the key, not knowing of it
//   goodbye          why the sender closes           refused          a value is below the sender's horizon
//   heartbeat        the sender's clock              copyFromZero     begin the copy again, send everything
//   record           an item with its whole value    copyBegin        what follows is all above the stamp
//   valueBegin       an item whose value follows     copyEnd          the copy is sent; counts as a watermark
//   fragment         a piece of that value           flush            the floor, and one to come
//   valueAborted     the rest of it will not come    delete           a tombstone
//   copyProgress     how far the copy has come         report           the sender's numbers, for who looks at the pair
//   keyQuestion      what do you hold under this key   keyAnswer        that, without its value
//
// Invariants. A frame is at most `FrameLimits.frame` bytes, so a reader needs no larger buffer, whatever the value:
// what does not fit one record goes as a valueBegin and fragments, between which any other frame may stand. A key has 1
// to 250 bytes. The first byte of a frame is 0 (its length stays below 16 MB) and no line of text begins with it: that
// is how a connector tells this protocol from that of repcached 2.x.
//
// Keys and values are given as ranges of the bytes decoded from, so a frame is a plain value, and decoding copies
// nothing. Locks: none. It must not know sockets, nor what is done with a frame.
package enum Frame: Equatable, Sendable {
  case hello(payload: Range<Int>)
  case confirm(Proof)
  case goodbye(GoodbyeReason)
  case heartbeat(unixMicroseconds: UInt64)
  case record(RecordHead, key: Range<Int>, value: Range<Int>)
  case delete(Version, key: Range<Int>)
  /// `due`: what remains until the one to come.
  case flush(FlushState)
  case valueBegin(RecordHead, key: Range<Int>, valueCount: Int)
  case fragment(value: Range<Int>)
  case valueAborted
  /// `items`: at most so many follow.
  case copyBegin(above: Stamp, items: UInt64)
  case copyProgress(CopyProgress)
  case copyEnd(Watermark, items: UInt64, answers: UInt32)
  case watermark(Watermark)
  case acknowledgement(receivedThrough: Stamp, refusalsSeen: UInt64)
  case refused(Version, key: Range<Int>)
  case outOfMemory(Stamp)
  case overtaken(Stamp)
  case streamOffset(UInt64)
  case offsetReached(UInt64)
  case copyFromZero(ask: UInt32)
  case reference(Version, key: Range<Int>)
  /// What `PeerReport` reads.
  case report(fields: Range<Int>)
  case keyQuestion(number: UInt32, key: Range<Int>)
  case keyAnswer(KeyAnswer)

  /// The stamp that the receiver's clock will follow; zero where there is none.
  var newestStamp: Stamp {
    switch self {
    case .record(let head, _, _), .valueBegin(let head, _, _): head.version.touched
    case .delete(let version, _), .reference(let version, _): version.touched
    case .watermark(let watermark), .copyEnd(let watermark, _, _): watermark.fence
    case .flush(let state): max(state.floor, state.issued)
    default: .zero
    }
  }
}
