import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// How a key that is asked for is answered: with a copy of its value, or with the value from where it is kept.
extension TextSession {
  /// Answers a key, by sending first if there is no room; declined where there is none even then.
  @inline(__always)
  mutating func answer(
    _ key: Span<UInt8>, _ hash: UInt64, withCAS: Bool, _ exptime: Int64?, isObserved: Bool, _ turn: inout Turn,
    _ store: ItemStore
  ) -> CommandExecutor.Retrieved {
    if let exptime { return answerTouched(key, hash, withCAS: withCAS, exptime, &turn, store) }
    let answered = answerNow(key, hash, withCAS: withCAS, isObserved: isObserved, &turn, store)
    if answered != .declined { return answered }
    return answerMakingRoom(key, hash, withCAS: withCAS, isObserved: isObserved, &turn, store)
  }

  /// Appends a key's VALUE block, if it is here; END is the caller's, and so is the counting of a hit.
  @inline(__always)
  private mutating func answerNow(
    _ key: Span<UInt8>, _ hash: UInt64, withCAS: Bool, isObserved: Bool, _ turn: inout Turn, _ store: ItemStore
  ) -> CommandExecutor.Retrieved {
    let unique: CASUnique = withCAS ? (showsCAS ? .shown : .zero) : .none
    return executor.get(key, hash, isObserved: isObserved, store) { item in Self.append(item, unique, &turn, &pins) }
  }

  @inline(never)
  private mutating func answerMakingRoom(
    _ key: Span<UInt8>, _ hash: UInt64, withCAS: Bool, isObserved: Bool, _ turn: inout Turn, _ store: ItemStore
  ) -> CommandExecutor.Retrieved {
    hasRoomForValue(&turn) ? answerNow(key, hash, withCAS: withCAS, isObserved: isObserved, &turn, store) : .declined
  }

  /// Makes room for any value: to be copied, or to be sent from its item.
  @inline(never)
  mutating func hasRoomForValue(_ turn: inout Turn) -> Bool {
    if turn.reply.isFull { _ = makeRoom(Self.roomForValue, &turn) }
    return hasRoom(Self.roomForValue, &turn) && !turn.reply.isFull
  }

  /// For any value that is copied, and any answer behind it.
  static var roomForValue: Int { TextResponse.maxBlockCount(valueCount: ReplyBuffer.copyLimit) + answerRoom }

  @inline(never)
  private mutating func answerTouched(
    _ key: Span<UInt8>, _ hash: UInt64, withCAS: Bool, _ exptime: Int64, _ turn: inout Turn, _ store: ItemStore
  ) -> CommandExecutor.Retrieved {
    if !hasRoomForValue(&turn) { return .declined }
    let unique: CASUnique = withCAS ? (showsCAS ? .shown : .zero) : .none
    var isAppended = true
    let isHit = executor.touch(key, hash, exptime: exptime, store, executor.journal) { item in
      isAppended = Self.append(item, unique, &turn, &pins)
    }
    if executor.isObserved { executor.observeGet(key, isHit ? .hit : .miss) }
    // What was read was true, whatever the peer thinks of the touch.
    if isHit, acks.isOn {
      let end = turn.reply.bytes.count
      acks.noteWrite(answered: end..<end, &current.held)
    }
    return isAppended ? .counted : .declined
  }

  // MARK: A value, under its stripe's lock

  /// What `gets` shows.
  enum CASUnique { case none, zero, shown }

  /// Copies a value, or pins one that is too large to copy. False where there is no room.
  @inline(__always)
  private static func append(
    _ item: borrowing ItemView, _ unique: CASUnique, _ turn: inout Turn, _ pins: inout PinnedValues
  ) -> Bool {
    let count = item.valueCount
    let flags = item.inlineClientFlags
    if unique != .none || !TextResponse.isShort(valueCount: count, flags: flags) {
      return appendAny(item, unique, &turn, &pins)
    }
    if turn.reply.bytes.space < TextResponse.maxBlockCount(valueCount: count) + TextResponse.maxLineCount {
      return false
    }
    TextResponse.writeShortValue(item.inlineValue, key: item.key, flags: flags, to: &turn.reply.bytes)
    return true
  }

  @inline(never)
  private static func appendAny(
    _ item: borrowing ItemView, _ unique: CASUnique, _ turn: inout Turn, _ pins: inout PinnedValues
  ) -> Bool {
    let count = item.valueCount
    let number: UInt64? = unique == .none ? nil : unique == .shown ? item.cas : 0
    if count > ReplyBuffer.copyLimit { return pin(item, number, &turn.reply, &pins) }
    if turn.reply.bytes.space < TextResponse.maxBlockCount(valueCount: count) + TextResponse.maxLineCount {
      return false
    }
    if item.isChained {
      appendPieces(item, number, &turn.reply.bytes)
    } else {
      TextResponse.writeValue(
        item.inlineValue, key: item.key, flags: item.clientFlags, casUnique: number, to: &turn.reply.bytes)
    }
    return true
  }

  /// A value that is chained and yet short enough to copy: with small chunks, `-o slab_chunk_max`.
  @inline(never)
  private static func appendPieces(_ item: borrowing ItemView, _ unique: UInt64?, _ bytes: inout ByteBuffer) {
    TextResponse.writeValueLine(
      key: item.key, flags: item.clientFlags, valueCount: item.valueCount, casUnique: unique, to: &bytes)
    item.forEachPiece { piece in
      bytes.append(piece)
      return true
    }
    TextResponse.writeNewline(to: &bytes)
  }

  @inline(never)
  private static func pin(
    _ item: borrowing ItemView, _ unique: UInt64?, _ reply: inout ReplyBuffer, _ pins: inout PinnedValues
  ) -> Bool {
    let room = TextResponse.maxBlockCount(valueCount: 0) + TextResponse.maxLineCount
    if reply.bytes.space < room || reply.isFull { return false }
    // More workers than an item can count pins send it: to this client it is a miss.
    guard let handle = pins.pin(item) else { return true }
    TextResponse.writeValueLine(
      key: item.key, flags: item.clientFlags, valueCount: item.valueCount, casUnique: unique, to: &reply.bytes)
    reply.pin(handle, byteCount: item.valueCount)
    TextResponse.writeNewline(to: &reply.bytes)
    return true
  }
}
