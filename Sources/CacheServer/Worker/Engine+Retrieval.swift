import ItemStore
import MemcacheProtocol
import Platform

/// get, gets, gat, gats: key by key, so that a client that asks for more than it reads holds no more than one buffer.
extension Engine {
  /// What the four commands differ in.
  struct Retrieval {
    let withCAS: Bool
    /// Of gat and gats.
    let exptime: Int64?
  }

  enum Answered: Equatable {
    /// A hit of `get` that is not counted yet.
    case hit(slabClass: Int)
    case counted
    /// The item's answer is larger than the room left.
    case noRoom
  }

  /// A retrieval whose line is in the input as a whole, up to `end`.
  mutating func retrieve(
    _ keys: KeyList, _ retrieval: Retrieval, _ input: Span<UInt8>, end: Int, _ consumed: inout Int,
    _ store: ItemStore
  ) -> Pause? {
    hasFlushed = false
    let begun = (output: output.count, inserts: current.inserts.count)
    if keys.isSingle, isAnswered(input.bytes(in: keys.first), retrieval, store) {
      consumed = end
      answer(.end)
      return nil
    }
    var cursor = keys.cursor
    while true {
      let step = group.fill(&cursor, input, store)
      if step == .tooLong {
        consumed = end
        if !hasFlushed {
          dropInserts(downTo: begun.inserts)
          output.truncate(toCount: begun.output)
        }
        answer(TextError.badCommandLine)
        return nil
      }
      if let stopped = answerGroup(retrieval, input, store) {
        consumed = stopped
        return suspend(retrieval, input, &consumed)
      }
      if step == .end {
        consumed = end
        if !hasRoom(Self.answerRoom) { return suspendAtEnd(retrieval, end, &consumed) }
        answer(.end)
        return nil
      }
    }
  }

  /// Answers the group's keys in order. Returns where the line goes on if the output must be sent first.
  private mutating func answerGroup(_ retrieval: Retrieval, _ input: Span<UInt8>, _ store: ItemStore) -> Int? {
    group.prefetch(from: 0, store)
    var hits = HitTally()
    defer { hits.count(in: counters) }
    for number in 0..<group.count {
      let key = group.key(number).range
      let answered = answerWithRoom(input.bytes(in: key), group.hash(number), group.hint(number), retrieval, store)
      if answered == .noRoom { return key.lowerBound }
      hits.note(answered, in: counters)
    }
    return nil
  }

  /// The rest of the line is served as a line too long for the buffer is: as the client reads.
  mutating func suspend(_ retrieval: Retrieval, _ input: Span<UInt8>, _ consumed: inout Int) -> Pause? {
    current.retrieval = .resumed(withCAS: retrieval.withCAS, exptime: retrieval.exptime)
    if isBroken { return .closing }
    if !flush() { return isBroken ? .closing : .blocked }
    return continueRetrieval(input, &consumed)
  }

  /// Only END does not fit: the newline stays in the input, and is what the resumed line begins with.
  private mutating func suspendAtEnd(_ retrieval: Retrieval, _ end: Int, _ consumed: inout Int) -> Pause? {
    consumed = end - 1
    current.retrieval = .resumed(withCAS: retrieval.withCAS, exptime: retrieval.exptime)
    return isBroken ? .closing : .blocked
  }

  /// Keys of a line that has no end in the input yet, or whose client did not read. Nil when the line has ended.
  mutating func continueRetrieval(_ input: Span<UInt8>, _ consumed: inout Int) -> Pause? {
    guard var line = current.retrieval else { return nil }
    let retrieval = Retrieval(withCAS: line.withCAS, exptime: line.exptime)
    while true {
      if !hasRoom(Self.answerRoom) {
        current.retrieval = line
        return isBroken ? .closing : .blocked
      }
      switch line.next(in: input, from: consumed) {
      case .incomplete(let next):
        consumed = next
        current.retrieval = line
        return .starved
      case .end(let next):
        consumed = next
        current.retrieval = nil
        answer(.end)
        return nil
      case .skipped(let next):
        consumed = next
        current.retrieval = nil
        return nil
      case .refused(let error, let next):
        consumed = next
        answer(error)
      case .key(let key, let next):
        let key = input.bytes(in: key)
        let answered = answerWithRoom(key, store.hash(key), .none, retrieval, store)
        if answered != .noRoom {
          count(answered)
          consumed = next
          continue
        }
        current.retrieval = line
        if isBroken { return .closing }
        if !flush() { return isBroken ? .closing : .blocked }
      }
    }
  }

  private mutating func isAnswered(_ key: Span<UInt8>, _ retrieval: Retrieval, _ store: ItemStore) -> Bool {
    let answered = answer(key, store.hash(key), .none, retrieval, store)
    count(answered)
    return answered != .noRoom
  }

  private func count(_ answered: Answered) {
    var hits = HitTally()
    hits.note(answered, in: counters)
    hits.count(in: counters)
  }

  /// Answers a key, by sending first if there is no room.
  @inline(__always)
  mutating func answerWithRoom(
    _ key: Span<UInt8>, _ hash: UInt64, _ hint: LookupHint, _ retrieval: Retrieval, _ store: ItemStore
  ) -> Answered {
    let answered = answer(key, hash, hint, retrieval, store)
    if answered != .noRoom { return answered }
    return answerMakingRoom(key, hash, hint, retrieval, store)
  }

  @inline(never)
  private mutating func answerMakingRoom(
    _ key: Span<UInt8>, _ hash: UInt64, _ hint: LookupHint, _ retrieval: Retrieval, _ store: ItemStore
  ) -> Answered {
    hasRoomForValue() ? answer(key, hash, hint, retrieval, store) : .noRoom
  }

  /// Makes room for any value: to be copied, or to be sent from its item.
  private mutating func hasRoomForValue() -> Bool {
    let count = TextResponse.maxBlockCount(valueCount: Self.copyLimit) + Self.answerRoom
    if current.inserts.isFull { _ = makeRoom(count) }
    return hasRoom(count) && !current.inserts.isFull
  }

  /// Appends a key's VALUE block, if it is here; END is the caller's, and so is the counting of a hit.
  @inline(__always)
  private mutating func answer(
    _ key: Span<UInt8>, _ hash: UInt64, _ hint: LookupHint, _ retrieval: Retrieval, _ store: ItemStore
  ) -> Answered {
    if let exptime = retrieval.exptime { return answerTouched(key, hash, retrieval, exptime) }
    var answered = Answered.counted
    let found = store.view(key, hash: hash, hint: hint, now: moment.seconds) { item in
      answered = append(item, retrieval) ? .hit(slabClass: item.slabClass) : .noRoom
    }
    if answered == .noRoom { return .noRoom }
    if found != .hit { countMiss(found) }
    if countsPrefixes { context.prefixStatistics.count(key, .get(hit: found == .hit)) }
    return answered
  }

  @inline(never)
  private func countMiss(_ found: Lookup) {
    counters.add(.getMisses)
    if found == .expired { counters.add(.getExpired) }
    if found == .flushed { counters.add(.getFlushed) }
  }

  @inline(never)
  private mutating func answerTouched(
    _ key: Span<UInt8>, _ hash: UInt64, _ retrieval: Retrieval, _ exptime: Int64
  ) -> Answered {
    if !hasRoomForValue() { return .noRoom }
    var isAppended = true
    var slabClass = 0
    let expiresAt = ProcessClock.expiresAt(exptime: exptime, at: moment)
    let found = store.touch(key, hash: hash, expiresAt: expiresAt, at: moment, journal: journal) { item in
      slabClass = item.slabClass
      isAppended = append(item, retrieval)
    }
    if found == .hit {
      counters.add(.touchHits, in: slabClass)
      // What was read was true, whatever the peer thinks of the touch.
      if holdsAnswers { noteWrite(answeredFrom: output.count) }
    } else {
      counters.add(.touchMisses)
    }
    return isAppended ? .counted : .noRoom
  }

  /// Under the stripe's lock: copies a value, or pins one that is too large to copy. False where there is no room.
  @inline(__always)
  private mutating func append(_ item: borrowing ItemView, _ retrieval: Retrieval) -> Bool {
    let count = item.valueCount
    let flags = item.inlineClientFlags
    if retrieval.withCAS || !TextResponse.isShort(valueCount: count, flags: flags) {
      return appendAny(item, retrieval)
    }
    if output.space < TextResponse.maxBlockCount(valueCount: count) + TextResponse.maxLineCount { return false }
    TextResponse.writeShortValue(item.inlineValue, key: item.key, flags: flags, to: &output)
    return true
  }

  @inline(never)
  private mutating func appendAny(_ item: borrowing ItemView, _ retrieval: Retrieval) -> Bool {
    let count = item.valueCount
    let unique = retrieval.withCAS ? (showsCAS ? item.changed.rawValue : 0) : nil
    if count <= Self.copyLimit {
      if output.space < TextResponse.maxBlockCount(valueCount: count) + TextResponse.maxLineCount { return false }
      if item.isChained {
        appendPieces(item, casUnique: unique)
      } else {
        TextResponse.writeValue(
          item.inlineValue, key: item.key, flags: item.clientFlags, casUnique: unique, to: &output)
      }
      return true
    }
    return appendInsert(item, casUnique: unique)
  }

  /// A value that is chained and yet short enough to copy: with small chunks, `-o slab_chunk_max`.
  @inline(never)
  private mutating func appendPieces(_ item: borrowing ItemView, casUnique: UInt64?) {
    TextResponse.writeValueLine(
      key: item.key, flags: item.clientFlags, valueCount: item.valueCount, casUnique: casUnique, to: &output)
    item.forEachPiece { piece in
      output.append(piece)
      return true
    }
    TextResponse.writeNewline(to: &output)
  }

  @inline(never)
  private mutating func appendInsert(_ item: borrowing ItemView, casUnique: UInt64?) -> Bool {
    let room = TextResponse.maxBlockCount(valueCount: 0) + TextResponse.maxLineCount
    if output.space < room || current.inserts.isFull { return false }
    // More workers than an item can count pins send it: to this client it is a miss.
    guard let value = senders.hold(item, in: store) else { return true }
    TextResponse.writeValueLine(
      key: item.key, flags: item.clientFlags, valueCount: item.valueCount, casUnique: casUnique, to: &output)
    insert(value)
    TextResponse.writeNewline(to: &output)
    return true
  }
}
