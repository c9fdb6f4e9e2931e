import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// What `mg` answers of an item that is there. Written under the item's lock.
struct MetaItemReply {
  private let request: MetaRequest
  private let showsCAS: Bool
  private let moment: Moment

  init(_ request: MetaRequest, showsCAS: Bool, _ moment: Moment) {
    self.request = request
    self.showsCAS = showsCAS
    self.moment = moment
  }

  /// There is room for it.
  @inline(never)
  func write(
    _ item: borrowing ItemView, _ found: MetaFound, _ key: Span<UInt8>, _ input: Span<UInt8>, _ store: ItemStore,
    _ reply: inout ReplyBuffer, _ pins: inout PinnedValues
  ) {
    let cas = showsCAS ? item.cas : 0
    let isKnown = request.flags.contains(.comparesCAS) && request.comparedCAS == cas
    let isWanted = request.flags.contains(.value) && !isKnown
    var value = MetaValue(item)
    if isWanted, !value.pin(item, in: &pins) { return TextResponse.write(.tooManyReaders, to: &reply.bytes) }
    if isWanted {
      MetaResponse.writeValueStatus(valueCount: item.valueCount, to: &reply.bytes)
    } else {
      MetaResponse.write(.done, to: &reply.bytes)
    }
    writeFlags(item, cas: cas, found, key, input, store, to: &reply.bytes)
    Self.writeMarks(found, to: &reply.bytes)
    MetaResponse.writeNewline(to: &reply.bytes)
    if isWanted { value.write(item, to: &reply) }
  }

  private func writeFlags(
    _ item: borrowing ItemView, cas: UInt64, _ found: MetaFound, _ key: Span<UInt8>, _ input: Span<UInt8>,
    _ store: ItemStore, to bytes: inout ByteBuffer
  ) {
    var life = MetaLife(found.expiredAt, isCreated: found.isCreated)
    var words = TokenReader(request.words)
    while true {
      let word = words.next(in: input)
      if word.isEmpty { return }
      let letter = input[word.lowerBound]
      switch letter {
      case UInt8(ascii: "s"): MetaResponse.writeFlag(letter, UInt64(item.valueCount), to: &bytes)
      case UInt8(ascii: "t"): life.write(at: moment, to: &bytes)
      case UInt8(ascii: "c"): MetaResponse.writeFlag(letter, cas, to: &bytes)
      case UInt8(ascii: "f"): MetaResponse.writeFlag(letter, UInt64(item.clientFlags), to: &bytes)
      case UInt8(ascii: "h"): MetaResponse.writeFlag(letter, found.wasFetched ? 1 : 0, to: &bytes)
      case UInt8(ascii: "l"):
        let seconds = store.secondsSinceAccess(item, found, at: moment)
        MetaResponse.writeFlag(letter, UInt64(seconds), to: &bytes)
      case UInt8(ascii: "N"), UInt8(ascii: "T"): life.note(letter, request, at: moment)
      default: request.echo(word, key, input, to: &bytes)
      }
    }
  }

  /// Whether somebody else fetches the value anew, whether it is stale, and whether this client is to fetch it.
  static func writeMarks(_ found: MetaFound, to bytes: inout ByteBuffer) {
    if found.wasWinSent { MetaResponse.writeFlag(UInt8(ascii: "Z"), to: &bytes) }
    if found.isStale { MetaResponse.writeFlag(UInt8(ascii: "X"), to: &bytes) }
    if found.hasWon { MetaResponse.writeFlag(UInt8(ascii: "W"), to: &bytes) }
  }
}

/// A value that is answered: copied, or sent from its item.
struct MetaValue {
  private let count: Int
  private var handle: UInt32?

  init(_ item: borrowing ItemView) { count = item.valueCount }

  /// Pins a value that is too large to copy, before anything is answered of it. False where too many hold it.
  mutating func pin(_ item: borrowing ItemView, in pins: inout PinnedValues) -> Bool {
    if count <= ReplyBuffer.copyLimit { return true }
    handle = pins.pin(item)
    return handle != nil
  }

  func write(_ item: borrowing ItemView, to reply: inout ReplyBuffer) {
    if let handle {
      reply.pin(handle, byteCount: count)
    } else {
      item.forEachPiece { piece in
        reply.bytes.append(piece)
        return true
      }
    }
    MetaResponse.writeNewline(to: &reply.bytes)
  }
}
