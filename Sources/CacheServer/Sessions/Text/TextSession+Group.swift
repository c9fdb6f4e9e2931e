import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// The usual requests, a group of keys at a time: one `get` of many keys and many pipelined ones are the same to this.
///
/// What the group names is done in the order in which it stands in the input. Whatever interrupts that order, a value that
/// has not come as a whole, a client that does not read, ends the group: the rest is read anew when its turn comes.
extension TextSession {
  /// Executes the requests whose keys are in the group, of which there is at least one.
  ///
  /// - Parameter isObserved: a constant where it is called, so that who is not looked on at pays nothing for it.
  @inline(__always)
  mutating func executeGroup(
    _ input: Span<UInt8>, _ consumed: inout Int, isObserved: Bool, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Pause? {
    if let next = group.unendedAt { return beginLongRetrieval(input, next, &consumed, &turn, store) }
    var storages = 0
    var number = 0
    while number < group.count {
      if number % KeyGroup.fetched == 0, group.count > 1 { group.prefetch(from: number, store) }
      let role = group.key(number).role
      if role.contains(.storage) {
        turn.requests -= 1
        let isDone = execute(
          storages, group.hash(number), input, &consumed, isObserved: isObserved, &turn, store, journal)
        if !isDone { return nil }
        storages += 1
        number += 1
      } else if role.contains(.meta) {
        let (next, hasRoom) = answerMetaGets(from: number, input, &consumed, &turn, store, journal)
        if !hasRoom { return turn.isBroken ? .closing : .blocked }
        number = next
      } else {
        let (next, hasRoom) = answerKeys(from: number, input, &consumed, &turn, store)
        if !hasRoom { return suspend(atKey: next, &consumed, &turn) }
        number = next
      }
      if turn.reply.bytes.space < Self.answerRoom { return nil }
    }
    return nil
  }

  /// Answers keys of retrievals, as many as have been fetched and while there is certainly room for what is no value.
  /// Tells the next, and whether it is not for want of room.
  @inline(never)
  mutating func answerKeys(
    from start: Int, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore
  ) -> (next: Int, hasRoom: Bool) {
    if executor.isObserved { return answerObservedKeys(from: start, input, &consumed, &turn, store) }
    return answerKeys(from: start, exptime: nil, isObserved: false, input, &consumed, &turn, store)
  }

  /// The same while somebody looks on.
  @inline(never)
  private mutating func answerObservedKeys(
    from start: Int, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore
  ) -> (next: Int, hasRoom: Bool) {
    answerKeys(from: start, exptime: nil, isObserved: true, input, &consumed, &turn, store)
  }

  /// The same for `gat`, whose items get an expiry.
  @inline(never)
  mutating func touchKeys(
    from start: Int, exptime: Int64, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore
  ) -> (next: Int, hasRoom: Bool) {
    answerKeys(from: start, exptime: exptime, isObserved: false, input, &consumed, &turn, store)
  }

  @inline(__always)
  private mutating func answerKeys(
    from start: Int, exptime: Int64?, isObserved: Bool, _ input: Span<UInt8>, _ consumed: inout Int,
    _ turn: inout Turn, _ store: ItemStore
  ) -> (next: Int, hasRoom: Bool) {
    var number = start
    let end = min(group.count, (number / KeyGroup.fetched + 1) * KeyGroup.fetched)
    var hits = HitTally()
    defer { hits.count(in: executor.counters) }
    while number < end {
      let key = group.key(number)
      if key.role.isOther { break }
      let answered = answer(
        input.bytes(in: key.range), group.hash(number), withCAS: key.role.contains(.withCAS), exptime,
        isObserved: isObserved, &turn, store)
      if answered == .declined { return (number, false) }
      hits.note(answered, in: executor.counters)
      number += 1
      if key.role.contains(.last) {
        turn.requests -= 1
        consumed = key.range.upperBound + 2
        answer(.end, &turn)
        if turn.reply.bytes.space < Self.answerRoom { break }
      }
    }
    return (number, true)
  }

  /// The rest of the line is served as one too long for the buffer is: as the client reads.
  private mutating func suspend(atKey number: Int, _ consumed: inout Int, _ turn: inout Turn) -> Pause? {
    let key = group.key(number)
    turn.requests -= 1
    consumed = key.range.lowerBound
    current.retrieval = UnfinishedRequest.Retrieval(
      line: .resumed(withCAS: key.role.contains(.withCAS), exptime: nil), isWhole: true)
    if turn.isBroken { return .closing }
    if !send(&turn) { return turn.isBroken ? .closing : .blocked }
    return nil
  }

  /// A retrieval of more keys than a group takes: it is served as one too long for the buffer is.
  private mutating func beginLongRetrieval(
    _ input: Span<UInt8>, _ next: Int, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore
  ) -> Pause? {
    let key = group.key(0)
    turn.requests -= 1
    consumed = key.range.lowerBound
    beginRetrieval(.resumed(withCAS: key.role.contains(.withCAS), exptime: nil), turn)
    return continueRetrieval(input, &consumed, &turn, store, .keys(next: next))
  }

  /// A storage command. False where the next request of the group does not follow at once.
  @inline(__always)
  private mutating func execute(
    _ number: Int, _ hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, isObserved: Bool, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    guard let storage = group.storage(number) else { return false }
    consumed = storage.start
    beginStoring(storage.header, hash: hash, input, &consumed, isObserved: isObserved, &turn, store, journal)
    return consumed == storage.next
  }
}
