import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// `mg`: one of the key group, whose flags change nothing, or any.
extension TextSession {
  /// Answers meta gets of the group, as many as have been fetched. Tells the next, and whether it is not for want of room.
  @inline(never)
  mutating func answerMetaGets(
    from start: Int, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> (next: Int, hasRoom: Bool) {
    var number = start
    let end = min(group.count, (number / KeyGroup.fetched + 1) * KeyGroup.fetched)
    var hits = HitTally()
    defer { hits.count(in: executor.counters) }
    while number < end {
      let key = group.key(number)
      if !key.role.contains(.meta) { break }
      if !hasRoomForAnyValue(&turn) { return (number, false) }
      turn.requests -= 1
      let hash = group.hash(number)
      if key.role == .metaValue {
        consumed = key.range.upperBound + 4
        hits.note(
          answerMetaValue(input.bytes(in: key.range), hash, &turn, store, journal), in: executor.counters)
      } else {
        let (parse, next) = MetaParser.request(of: key, in: input)
        consumed = next
        if case .request(let request) = parse {
          answerMetaGet(request, input.bytes(in: key.range), hash, input, &turn, store, journal)
        }
      }
      number += 1
    }
    return (number, true)
  }

  @inline(__always)
  private mutating func hasRoomForAnyValue(_ turn: inout Turn) -> Bool {
    if turn.reply.bytes.space >= Self.roomForValue, !turn.reply.hasSegments { return true }
    return hasRoomForValue(&turn)
  }

  /// `mg key v`, as most are.
  @inline(__always)
  private mutating func answerMetaValue(
    _ key: Span<UInt8>, _ hash: UInt64, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> CommandExecutor.Retrieved {
    let retrieved = executor.metaView(key, hash, store, journal) { item, found in
      // A chained item's flags are the greatest there are.
      if item.valueCount < 1000, item.inlineClientFlags != .max, !item.isMarked {
        MetaResponse.writeShortValue(item.inlineValue, to: &turn.reply.bytes)
      } else {
        Self.writeValue(of: item, found, &turn.reply, &pins)
      }
    }
    if retrieved == .counted {
      MetaResponse.write(.miss, to: &turn.reply.bytes)
      MetaResponse.writeNewline(to: &turn.reply.bytes)
    } else if acks.isOn {
      noteMetaRead(&turn)
    }
    return retrieved
  }

  @inline(never)
  private static func writeValue(
    of item: borrowing ItemView, _ found: MetaFound, _ reply: inout ReplyBuffer, _ pins: inout PinnedValues
  ) {
    var value = MetaValue(item)
    if !value.pin(item, in: &pins) { return TextResponse.write(.tooManyReaders, to: &reply.bytes) }
    MetaResponse.writeValueStatus(valueCount: item.valueCount, to: &reply.bytes)
    MetaItemReply.writeMarks(found, to: &reply.bytes)
    MetaResponse.writeNewline(to: &reply.bytes)
    value.write(item, to: &reply)
  }

  /// Any `mg`, for whose answer there is room.
  mutating func answerMetaGet(
    _ request: MetaRequest, _ key: Span<UInt8>, _ hash: UInt64, _ input: Span<UInt8>, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let reply = MetaItemReply(request, showsCAS: showsCAS, executor.moment)
    let isHit: Bool
    if let options = MetaGetOptions(request, at: executor.moment) {
      isHit = executor.metaGet(key, hash, options, store, journal) { item, found in
        reply.write(item, found, key, input, store, &turn.reply, &pins)
      }
    } else {
      let leavesUse = request.flags.contains(.unused)
      let retrieved = executor.metaView(key, hash, leavesUse: leavesUse, store, journal) { item, found in
        reply.write(item, found, key, input, store, &turn.reply, &pins)
      }
      if case .hit(let slabClass) = retrieved { executor.counters.add(.getHits, in: slabClass) }
      isHit = retrieved != .counted
    }
    if isHit {
      if acks.isOn { noteMetaRead(&turn) }
    } else if !request.flags.contains(.quiet) {
      answer(.miss, request, key, input, &turn)
    }
  }

  /// A get may have changed something; what was read was true, whatever the peer thinks of that.
  private mutating func noteMetaRead(_ turn: inout Turn) {
    let end = turn.reply.bytes.count
    acks.noteWrite(answered: end..<end, &current.held)
  }
}

extension MetaGetOptions {
  /// Nil where a get asks for nothing but the item.
  fileprivate init?(_ request: MetaRequest, at moment: Moment) {
    let flags = request.flags
    if flags.isDisjoint(with: [.timeToLive, .vivifies, .recaches]) { return nil }
    let expiresAt = ProcessClock.expiresAt(exptime: request.exptime, at: moment)
    let vivifiedUntil =
      request.vivifiesLast ? ProcessClock.expiresAt(exptime: request.vivifyExptime, at: moment) : expiresAt
    self.init(
      vivifiesUntil: flags.contains(.vivifies) ? vivifiedUntil : nil,
      explicitCAS: flags.contains(.setsCAS) ? request.newCAS : nil,
      expiresAt: flags.contains(.timeToLive) ? expiresAt : nil,
      recachesBefore: flags.contains(.recaches)
        ? ProcessClock.expiresAt(exptime: request.recacheExptime, at: moment) : nil,
      touchesFirst: request.touchesBeforeRecache, leavesUse: flags.contains(.unused))
  }
}
