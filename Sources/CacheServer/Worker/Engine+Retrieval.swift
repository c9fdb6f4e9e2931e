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

  private enum Answered {
    case done
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
      var group = KeyGroup()
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
      if let stopped = answerGroup(group, retrieval, input, store) {
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

  /// Answers a group's keys in order. Returns where the line goes on if the output must be sent first.
  private mutating func answerGroup(
    _ group: borrowing KeyGroup, _ retrieval: Retrieval, _ input: Span<UInt8>, _ store: ItemStore
  ) -> Int? {
    group.prefetch(store)
    for number in 0..<group.count {
      let key = group.key(number)
      switch answerWithRoom(input.bytes(in: key), group.hash(number), retrieval, store) {
      case .done: continue
      case .noRoom: return key.lowerBound
      }
    }
    return nil
  }

  /// The rest of the line is served as a line too long for the buffer is: as the client reads.
  private mutating func suspend(_ retrieval: Retrieval, _ input: Span<UInt8>, _ consumed: inout Int) -> Pause? {
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
        let answered = answerWithRoom(key, store.hash(key), retrieval, store)
        if answered == .done {
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
    if case .done = answer(key, store.hash(key), retrieval, store) { return true }
    return false
  }

  private mutating func answerWithRoom(
    _ key: Span<UInt8>, _ hash: UInt64, _ retrieval: Retrieval, _ store: ItemStore
  ) -> Answered {
    if !hasRoom(Self.answerRoom) { return .noRoom }
    let answered = answer(key, hash, retrieval, store)
    if answered != .noRoom { return answered }
    return hasRoomForValue() ? answer(key, hash, retrieval, store) : .noRoom
  }

  /// Makes room for any value: to be copied, or to be sent from its item.
  private mutating func hasRoomForValue() -> Bool {
    let count = TextResponse.maxBlockCount(valueCount: Self.copyLimit) + Self.answerRoom
    if current.inserts.isFull { _ = makeRoom(count) }
    return hasRoom(count) && !current.inserts.isFull
  }

  /// Appends a key's VALUE block, if it is here; END is the caller's.
  private mutating func answer(
    _ key: Span<UInt8>, _ hash: UInt64, _ retrieval: Retrieval, _ store: ItemStore
  ) -> Answered {
    if let exptime = retrieval.exptime { return answerTouched(key, hash, retrieval, exptime) }
    var answered = Answered.done
    var slabClass = 0
    let found = store.view(key, hash: hash, now: moment.seconds) { item in
      slabClass = item.slabClass
      answered = append(item, retrieval)
    }
    if answered == .noRoom { return .noRoom }
    if case .hit = found {
      counters.add(.getHits, in: slabClass)
    } else {
      countMiss(found)
    }
    if countsPrefixes { context.prefixStatistics.count(key, .get(hit: found == .hit)) }
    return answered
  }

  private func countMiss(_ found: Lookup) {
    counters.add(.getMisses)
    if found == .expired { counters.add(.getExpired) }
    if found == .flushed { counters.add(.getFlushed) }
  }

  private mutating func answerTouched(
    _ key: Span<UInt8>, _ hash: UInt64, _ retrieval: Retrieval, _ exptime: Int64
  ) -> Answered {
    if !hasRoomForValue() { return .noRoom }
    var answered = Answered.done
    var slabClass = 0
    let expiresAt = store.processClock.expiresAt(exptime: exptime, now: moment.seconds)
    let found = store.touch(key, hash: hash, expiresAt: expiresAt, at: moment, journal: journal) { item in
      slabClass = item.slabClass
      answered = append(item, retrieval)
    }
    if found == .hit {
      counters.add(.touchHits, in: slabClass)
    } else {
      counters.add(.touchMisses)
    }
    return answered
  }

  /// Under the stripe's lock: copies a value, or pins one that is too large to copy.
  @inline(__always)
  private mutating func append(_ item: borrowing ItemView, _ retrieval: Retrieval) -> Answered {
    let count = item.valueCount
    let unique = retrieval.withCAS ? (showsCAS ? item.stamp.rawValue : 0) : nil
    if count <= Self.copyLimit {
      if output.space < TextResponse.maxBlockCount(valueCount: count) + TextResponse.maxLineCount { return .noRoom }
      TextResponse.writeValue(
        item.inlineValue, key: item.key, flags: item.clientFlags, casUnique: unique, to: &output)
      return .done
    }
    return appendInsert(item, casUnique: unique)
  }

  @inline(never)
  private mutating func appendInsert(_ item: borrowing ItemView, casUnique: UInt64?) -> Answered {
    let room = TextResponse.maxBlockCount(valueCount: 0) + TextResponse.maxLineCount
    if output.space < room || current.inserts.isFull { return .noRoom }
    // More workers than an item can count pins send it: to this client it is a miss.
    guard let value = senders.hold(item, in: store) else { return .done }
    TextResponse.writeValueLine(
      key: item.key, flags: item.clientFlags, valueCount: item.valueCount, casUnique: casUnique, to: &output)
    insert(value)
    TextResponse.writeNewline(to: &output)
    return .done
  }
}
