import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// get, getk, gat, gatk, touch: with a copy of the value, or with the value from where it is kept.
extension BinarySession {
  /// Answers what is asked for. False where there is no room, and then nothing has happened.
  @inline(__always)
  mutating func retrieve(
    _ retrieval: BinaryRetrieval, _ request: BinaryRequest, _ input: Span<UInt8>, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    let key = input.bytes(in: request.key)
    if retrieval.exptime != nil { return touch(retrieval, request, key, input, &turn, store, journal) }
    let hash = lookahead.hash(request.key, input, store)
    var start = turn.reply.bytes.count
    var retrieved = get(retrieval, request, key, hash, &turn, store)
    if retrieved == .declined {
      if !hasRoomForValue(&turn) { return false }
      start = turn.reply.bytes.count
      retrieved = get(retrieval, request, key, hash, &turn, store)
    }
    switch retrieved {
    case .hit(let slabClass):
      executor.counters.add(.getHits, in: slabClass)
      // More workers than an item can count pins send it: to this client it is a miss.
      if turn.reply.bytes.count == start { answerMiss(retrieval, request, key, &turn) }
    case .counted: answerMiss(retrieval, request, key, &turn)
    case .declined: return false
    }
    return true
  }

  @inline(__always)
  private mutating func get(
    _ retrieval: BinaryRetrieval, _ request: BinaryRequest, _ key: Span<UInt8>, _ hash: UInt64, _ turn: inout Turn,
    _ store: ItemStore
  ) -> CommandExecutor.Retrieved {
    let showsCAS = showsCAS
    return executor.get(key, hash, isObserved: executor.isObserved, store) { item in
      Self.append(item, retrieval, request.header, showsCAS: showsCAS, &turn.reply, &pins)
    }
  }

  @inline(never)
  private mutating func touch(
    _ retrieval: BinaryRetrieval, _ request: BinaryRequest, _ key: Span<UInt8>, _ input: Span<UInt8>,
    _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    if !hasRoomForValue(&turn) { return false }
    let hash = lookahead.hash(request.key, input, store)
    let start = turn.reply.bytes.count
    let showsCAS = showsCAS
    let exptime = Int64(retrieval.exptime ?? 0)
    let isHit = executor.touch(key, hash, exptime: exptime, store, journal) { item in
      _ = Self.append(item, retrieval, request.header, showsCAS: showsCAS, &turn.reply, &pins)
    }
    if executor.isObserved { executor.observeGet(key, isHit ? .hit : .miss) }
    if turn.reply.bytes.count == start {
      answerMiss(retrieval, request, key, &turn)
    } else if retrieval.withValue {
      // What was read was true, whatever the peer thinks of the touch.
      let end = turn.reply.bytes.count
      if acks.isOn { acks.noteWrite(answered: end..<end, &current.held) }
    } else {
      noteWrite(request.header, answeredFrom: start, turn)
    }
    return true
  }

  @inline(never)
  private func answerMiss(
    _ retrieval: BinaryRetrieval, _ request: BinaryRequest, _ key: Span<UInt8>, _ turn: inout Turn
  ) {
    if request.isQuiet { return }
    if !retrieval.withKey { return answer(.notFound, request.header, &turn) }
    BinaryResponse.writeMiss(key: key, request.header, to: &turn.reply.bytes)
  }

  /// Makes room for any value: to be copied, or to be sent from its item.
  private mutating func hasRoomForValue(_ turn: inout Turn) -> Bool {
    let count = ReplyBuffer.copyLimit + Self.answerRoom
    if turn.reply.isFull { _ = makeRoom(count, &turn) }
    return hasRoom(count, &turn) && !turn.reply.isFull
  }

  // MARK: A value, under its stripe's lock

  /// Copies a value, or pins one that is too large to copy. False where there is no room.
  @inline(__always)
  private static func append(
    _ item: borrowing ItemView, _ retrieval: BinaryRetrieval, _ request: BinaryHeader, showsCAS: Bool,
    _ reply: inout ReplyBuffer, _ pins: inout PinnedValues
  ) -> Bool {
    let count = retrieval.withValue ? item.valueCount : 0
    let isCopied = count <= ReplyBuffer.copyLimit
    if reply.bytes.space < BinaryResponse.maxCount &+ (isCopied ? count : 0) { return false }
    let keyCount = retrieval.withKey ? item.keyCount : 0
    var pin: UInt32?
    if !isCopied {
      if reply.isFull { return false }
      pin = pins.pin(item)
      if pin == nil { return true }
    }
    BinaryResponse.writeHeader(
      request, flags: item.clientFlags, keyCount: keyCount, bodyCount: 4 &+ keyCount &+ count,
      cas: showsCAS ? item.cas : 0, to: &reply.bytes)
    if keyCount > 0 { reply.bytes.append(item.key) }
    if let pin {
      reply.pin(pin, byteCount: count)
    } else if !item.isChained {
      if count > 0 { reply.bytes.append(item.inlineValue) }
    } else if count > 0 {
      appendPieces(item, &reply.bytes)
    }
    return true
  }

  /// A value that is chained and yet short enough to copy: with small chunks, `-o slab_chunk_max`.
  @inline(never)
  private static func appendPieces(_ item: borrowing ItemView, _ bytes: inout ByteBuffer) {
    item.forEachPiece { piece in
      bytes.append(piece)
      return true
    }
  }
}
