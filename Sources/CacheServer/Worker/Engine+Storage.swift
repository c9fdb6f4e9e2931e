import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// set, add, replace, append, prepend, cas: the line names the item, the data block behind it is its value.
///
/// A value that is whole in the input overwrites the item that its key has, where that has room. Everything else is
/// received into an item of its own, in as many parts as it comes, and put into the index when it is complete.
extension Engine {
  /// A storage command whose line is consumed: stores at once what is whole in the input, else begins to receive.
  mutating func beginStoring(
    _ header: StorageHeader, hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    let key = input.bytes(in: header.key)
    if countsPrefixes { context.prefixStatistics.count(key, .set) }
    let expiresAt = ProcessClock.expiresAt(exptime: header.exptime, at: moment)
    let end = consumed + header.valueCount
    if Self.isBlock(input, endingAt: end) {
      let overwritten = store.overwrite(
        key, hash: hash, mode: header.mode, clientFlags: header.flags, expiresAt: expiresAt,
        value: input.extracting(consumed..<end), at: moment, journal: journal)
      if let overwritten {
        consumed = end + 2
        let slabClass = store.slabClass(
          keyCount: key.count, valueCount: header.valueCount, clientFlags: header.flags)
        return finish(overwritten, header.verb == .cas, slabClass, header.noreply)
      }
    }
    receive(header, key, hash, expiresAt, input, &consumed)
  }

  /// Whether a data block is whole in the input, and ends as it must.
  private static func isBlock(_ input: Span<UInt8>, endingAt end: Int) -> Bool {
    end + 2 <= input.count && input[end] == 0x0d && input[end + 1] == 0x0a
  }

  private mutating func receive(
    _ header: StorageHeader, _ key: Span<UInt8>, _ hash: UInt64, _ expiresAt: UInt32, _ input: Span<UInt8>,
    _ consumed: inout Int
  ) {
    switch store.reserve(
      key, clientFlags: header.flags, expiresAt: expiresAt, valueCount: header.valueCount,
      version: header.verb == .cas ? .derived : .zero, now: moment.seconds)
    {
    case .tooLarge: refuse(.tooLarge, key, hash, header)
    case .outOfMemory: refuse(.outOfMemoryStoring, key, hash, header)
    case .pending(let pending):
      var storing = Transfer.Storing(
        pending: pending, mode: header.mode, hash: hash, isCAS: header.verb == .cas, noreply: header.noreply)
      if receive(&storing, input, &consumed) {
        finish(storing)
      } else if isOutOfMemory(storing) {
        giveUp(storing)
      } else {
        current.storing = consume storing
      }
    }
  }

  /// Goes on receiving; true when the command is done with, one way or the other.
  mutating func continueStoring(_ input: Span<UInt8>, _ consumed: inout Int) -> Bool {
    guard var storing = current.storing.take() else { return true }
    if receive(&storing, input, &consumed) {
      finish(storing)
      return true
    }
    if isOutOfMemory(storing) {
      giveUp(storing)
      return true
    }
    current.storing = consume storing
    return false
  }

  /// Takes what the input holds of the value and its CRLF; true when all of it has come.
  private func receive(
    _ storing: inout Transfer.Storing, _ input: Span<UInt8>, _ consumed: inout Int
  ) -> Bool {
    let count = min(storing.pending.missing, input.count - consumed)
    if count > 0 {
      let part = input.extracting(consumed..<consumed + count)
      let missing = storing.pending.missing
      let isWritten = store.write(part, to: &storing.pending, now: moment.seconds)
      // Memory may run out in the middle: what was written before is not dropped again.
      consumed += missing - storing.pending.missing
      if !isWritten {
        storing.terminatorCount = -1
        return false
      }
    }
    while storing.pending.isComplete, storing.terminatorCount < 2, consumed < input.count {
      let expected: UInt8 = storing.terminatorCount == 0 ? 0x0d : 0x0a
      if input[consumed] != expected { storing.isTerminated = false }
      storing.terminatorCount += 1
      consumed += 1
    }
    return storing.terminatorCount == 2
  }

  /// Receives a large value from the socket straight into its item. Nil when none is being received.
  mutating func receiveValue() -> Received? {
    guard var storing = current.storing.take() else { return nil }
    let transport = self.transport
    var received = Received.wouldBlock
    let filled = store.fill(&storing.pending, now: moment.seconds) { room in
      received = transport.receive(into: &room)
      if case .bytes(let count) = received { return count }
      return 0
    }
    if filled == nil {
      storing.terminatorCount = -1
      giveUp(storing)
      return nil
    }
    current.storing = consume storing
    return received
  }

  private func isOutOfMemory(_ storing: borrowing Transfer.Storing) -> Bool { storing.terminatorCount < 0 }

  private mutating func finish(_ storing: consuming Transfer.Storing) {
    let noreply = storing.noreply
    let isCAS = storing.isCAS
    let slabClass = store.slabClass(of: storing.pending)
    if !storing.isTerminated {
      store.abandon(storing.pending)
      return answer(TextError.badDataChunk, unless: noreply)
    }
    let outcome = store.commit(
      storing.pending, mode: storing.mode, hash: storing.hash, at: moment, journal: journal)
    finish(outcome, isCAS, slabClass, noreply)
  }

  private mutating func finish(_ outcome: StoreOutcome, _ isCAS: Bool, _ slabClass: Int, _ noreply: Bool) {
    counters.add(.cmdSet, in: slabClass)
    let start = output.count
    Self.count(outcome, isCAS, slabClass, in: counters)
    switch outcome {
    case .stored: answer(TextAnswer.stored, unless: noreply)
    case .notStored: answer(TextAnswer.notStored, unless: noreply)
    case .exists: answer(TextAnswer.exists, unless: noreply)
    case .notFound: answer(TextAnswer.notFound, unless: noreply)
    case .tooLarge: answer(TextError.tooLarge, unless: noreply)
    case .outOfMemory: answer(TextError.outOfMemoryStoring, unless: noreply)
    }
    if holdsAnswers, case .stored = outcome { noteWrite(answeredFrom: start) }
  }

  /// Static: a method that changes nothing is called with a copy of the engine.
  private static func count(_ outcome: StoreOutcome, _ isCAS: Bool, _ slabClass: Int, in counters: WorkerCounters) {
    switch outcome {
    case .stored:
      counters.add(.totalItems)
      if isCAS { counters.add(.casHits, in: slabClass) }
    case .exists where isCAS: counters.add(.casBadval, in: slabClass)
    case .notFound where isCAS: counters.add(.casMisses)
    case .tooLarge: counters.add(.storeTooLarge)
    case .outOfMemory: counters.add(.storeNoMemory)
    default: break
    }
  }

  /// The value's memory has run out in the middle: the rest of the data block is dropped.
  private mutating func giveUp(_ storing: consuming Transfer.Storing) {
    let noreply = storing.noreply
    let missing = storing.pending.missing
    if case .set = storing.mode {
      let hash = storing.hash
      store.removeReplaced(by: storing.pending, hash: hash, at: moment, journal: journal)
    }
    store.abandon(storing.pending)
    counters.add(.storeNoMemory)
    answer(.outOfMemoryStoring, unless: noreply)
    current.swallow = missing + 2
  }

  /// A value that cannot be kept. After a `set` what is held under its key is not what its writer wants to read, and the
  /// peer must lose it too. The other commands depend on what is held, and one that failed leaves it, as memcached does.
  private mutating func refuse(_ error: TextError, _ key: Span<UInt8>, _ hash: UInt64, _ header: StorageHeader) {
    counters.add(error == .tooLarge ? .storeTooLarge : .storeNoMemory)
    if header.verb == .set { _ = store.delete(key, hash: hash, at: moment, journal: journal) }
    answer(error, unless: header.noreply)
    current.swallow = header.valueCount + 2
  }
}

extension StorageHeader {
  var mode: StoreMode {
    switch verb {
    case .set: .set
    case .add: .add
    case .replace: .replace
    case .append: .append
    case .prepend: .prepend
    case .cas: .compareAndSwap(Stamp(rawValue: casUnique))
    }
  }
}
