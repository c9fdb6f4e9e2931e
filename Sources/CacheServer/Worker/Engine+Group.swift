import ItemStore
import MemcacheProtocol
import Platform

/// The usual requests, a group of keys at a time: one `get` of many keys and many pipelined ones are the same to this.
///
/// What the group names is done in the order in which it stands in the input. Whatever interrupts that order, a value that
/// has not come as a whole, a client that does not read, ends the group: the rest is read anew when its turn comes.
extension Engine {
  /// Executes the requests whose keys are in the group, of which there is at least one.
  mutating func executeGroup(
    _ input: Span<UInt8>, _ turn: inout Int, _ consumed: inout Int, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Pause? {
    var storages = 0
    var number = 0
    while number < group.count {
      if number % KeyGroup.fetched == 0, group.count > 1 { group.prefetch(from: number, store) }
      if group.key(number).role.contains(.storage) {
        turn -= 1
        if !execute(storages, group.hash(number), input, &consumed, store, journal) { return nil }
        storages += 1
        number += 1
      } else {
        let (next, hasRoom) = answerKeys(from: number, input, &turn, &consumed, store)
        if !hasRoom { return suspend(next, input, &turn, &consumed) }
        number = next
      }
      if output.space < Self.answerRoom { return nil }
    }
    return nil
  }

  /// Answers keys of retrievals, as many as have been fetched and while there is certainly room for what is no value.
  /// Tells the next, and whether it is not for want of room.
  private mutating func answerKeys(
    from start: Int, _ input: Span<UInt8>, _ turn: inout Int, _ consumed: inout Int, _ store: ItemStore
  ) -> (next: Int, hasRoom: Bool) {
    var number = start
    let end = min(group.count, (number / KeyGroup.fetched + 1) * KeyGroup.fetched)
    var hits = HitTally()
    defer { hits.count(in: counters) }
    while number < end {
      let key = group.key(number)
      if key.role.contains(.storage) { break }
      let retrieval = Retrieval(withCAS: key.role.contains(.withCAS), exptime: nil)
      let hint = group.count > 1 ? group.hint(number) : .none
      let answered = answerWithRoom(input.bytes(in: key.range), group.hash(number), hint, retrieval, store)
      if answered == .noRoom { return (number, false) }
      hits.note(answered, in: counters)
      number += 1
      if key.role.contains(.last) {
        turn -= 1
        consumed = key.range.upperBound + 2
        answer(.end)
        if output.space < Self.answerRoom { break }
      }
    }
    return (number, true)
  }

  private mutating func suspend(
    _ number: Int, _ input: Span<UInt8>, _ turn: inout Int, _ consumed: inout Int
  ) -> Pause? {
    let key = group.key(number)
    turn -= 1
    consumed = key.range.lowerBound
    return suspend(Retrieval(withCAS: key.role.contains(.withCAS), exptime: nil), input, &consumed)
  }

  /// A storage command. False where the next request of the group does not follow at once.
  private mutating func execute(
    _ number: Int, _ hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) -> Bool {
    guard let storage = group.storage(number) else { return false }
    consumed = storage.start
    beginStoring(storage.header, hash: hash, input, &consumed, store, journal)
    return consumed == storage.next
  }
}
