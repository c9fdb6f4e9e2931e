import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// set, add, replace, append, prepend, cas: the line names the item, the data block behind it is its value.
extension TextSession {
  /// A storage command whose line is consumed: stores at once what is whole in the input, else begins to receive.
  @inline(__always)
  mutating func beginStoring(
    _ header: StorageHeader, hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, isObserved: Bool,
    _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let key = input.bytes(in: header.key)
    if isObserved { return storeObserved(header, hash, input, &consumed, &turn, store, journal) }
    let storage = CommandExecutor.Storage(header)
    if let overwritten = overwrite(key, hash, storage, input, &consumed, store, journal) {
      return answer(overwritten, storage.mode, noreply: header.noreply, &turn)
    }
    receive(header, hash, input, &consumed, &turn, store, journal)
  }

  /// The same while somebody looks on.
  @inline(never)
  private mutating func storeObserved(
    _ header: StorageHeader, _ hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let key = input.bytes(in: header.key)
    let storage = CommandExecutor.Storage(header)
    executor.observeStorage(key, hash, store)
    if let overwritten = overwrite(key, hash, storage, input, &consumed, store, journal) {
      executor.observeStored(key, overwritten, storage, store)
      return answer(overwritten, storage.mode, noreply: header.noreply, &turn)
    }
    receive(header, hash, input, &consumed, &turn, store, journal)
  }

  /// Stores what is whole in the input, where it needs no item of its own.
  @inline(__always)
  mutating func overwrite(
    _ key: Span<UInt8>, _ hash: UInt64, _ storage: CommandExecutor.Storage, _ input: Span<UInt8>,
    _ consumed: inout Int, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> StoreOutcome? {
    let end = consumed + storage.valueCount
    guard Self.isBlock(input, endingAt: end),
      let overwritten = executor.overwrite(
        key, hash, storage, value: input.extracting(consumed..<end), store, journal)
    else { return nil }
    consumed = end + 2
    return overwritten
  }

  /// Whether a data block is whole in the input, and ends as it must.
  private static func isBlock(_ input: Span<UInt8>, endingAt end: Int) -> Bool {
    end + 2 <= input.count && input[end] == 0x0d && input[end + 1] == 0x0a
  }

  @inline(never)
  private mutating func receive(
    _ header: StorageHeader, _ hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let storage = CommandExecutor.Storage(header)
    switch executor.reserve(input.bytes(in: header.key), hash, storage, store, journal) {
    case .refused(let outcome):
      if executor.isObserved { executor.observeStored(input.bytes(in: header.key), outcome, storage, store) }
      answer(outcome, storage.mode, noreply: header.noreply, &turn)
      current.swallow = header.valueCount + 2
    case .pending(let pending):
      current.storing = UnfinishedRequest.Storing(
        pending: pending, mode: storage.mode, hash: hash, isCAS: storage.isCAS, noreply: header.noreply,
        exptime: header.exptime)
      _ = continueStoring(input, &consumed, &turn, store, journal)
    }
  }

  /// Goes on receiving; true when the command is done with, one way or the other.
  mutating func continueStoring(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    guard var storing = current.storing.take() else { return true }
    if Self.receive(&storing, input, &consumed, store, now: executor.moment.seconds) {
      finish(storing, &turn, store, journal)
      return true
    }
    if storing.isOutOfMemory {
      giveUp(storing, &turn, store, journal)
      return true
    }
    current.storing = consume storing
    return false
  }

  /// Takes what the input holds of the value and its CRLF; true when all of it has come.
  private static func receive(
    _ storing: inout UnfinishedRequest.Storing, _ input: Span<UInt8>, _ consumed: inout Int, _ store: ItemStore,
    now: UInt32
  ) -> Bool {
    if !store.take(input, &consumed, into: &storing.pending, now: now) {
      storing.isOutOfMemory = true
      return false
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
  mutating func receiveDirectly(_ turn: inout Turn) -> Received? {
    guard var storing = current.storing.take() else { return nil }
    let store = executor.context.store
    let received = store.receive(from: turn.transport, into: &storing.pending, now: executor.moment.seconds)
    if received == nil {
      giveUp(storing, &turn, store, executor.journal)
    } else {
      current.storing = consume storing
    }
    turn.missingBytes = current.missingValue
    return received
  }

  private mutating func finish(
    _ storing: consuming UnfinishedRequest.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let noreply = storing.noreply
    if !storing.isTerminated {
      store.abandon(storing.pending)
      return answer(TextError.badDataChunk, unless: noreply, &turn)
    }
    if storing.isMeta { return finishMeta(storing, &turn, store, journal) }
    let (hash, mode, isCAS) = (storing.hash, storing.mode, storing.isCAS)
    if executor.isObserved { return finishObserved(storing, &turn, store, journal) }
    let outcome = executor.commit(storing.pending, hash, mode, isCAS: isCAS, store, journal)
    answer(outcome, mode, noreply: noreply, &turn)
  }

  @inline(never)
  private mutating func finishObserved(
    _ storing: consuming UnfinishedRequest.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let (hash, mode, isCAS, noreply) = (storing.hash, storing.mode, storing.isCAS, storing.noreply)
    let storage = storing.storage
    let slabClass = store.slabClass(of: storing.pending)
    var key = KeyBytes()
    store.withKey(of: storing.pending) { key.copy($0) }
    let outcome = executor.commit(storing.pending, hash, mode, isCAS: isCAS, store, journal)
    executor.observeStored(key.bytes, outcome, storage, slabClass: slabClass, store)
    answer(outcome, mode, noreply: noreply, &turn)
  }

  @inline(__always)
  private mutating func answer(_ outcome: StoreOutcome, _ mode: StoreMode, noreply: Bool, _ turn: inout Turn) {
    let start = turn.reply.bytes.count
    switch outcome {
    case .stored: answer(TextAnswer.stored, unless: noreply, &turn)
    case .notStored: answer(TextAnswer.notStored, unless: noreply, &turn)
    case .exists: answer(TextAnswer.exists, unless: noreply, &turn)
    case .notFound: answer(TextAnswer.notFound, unless: noreply, &turn)
    case .tooLarge: answer(TextError.tooLarge, unless: noreply, &turn)
    case .outOfMemory: answer(TextError.outOfMemoryStoring, unless: noreply, &turn)
    }
    if acks.isOn, case .stored = outcome {
      acks.noteWrite(answered: start..<turn.reply.bytes.count, &current.held, if: .init(mode))
    }
  }

  /// The value's memory has run out in the middle: the rest of the data block is dropped.
  private mutating func giveUp(
    _ storing: consuming UnfinishedRequest.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let noreply = storing.noreply
    let missing = storing.pending.missing
    let (hash, mode) = (storing.hash, storing.mode)
    executor.giveUp(storing.pending, hash, mode, store, journal)
    answer(TextError.outOfMemoryStoring, unless: noreply, &turn)
    current.swallow = missing + 2
  }
}

extension CommandExecutor.Storage {
  @inline(__always)
  fileprivate init(_ header: StorageHeader) {
    self.init(
      mode: Self.mode(header), clientFlags: header.flags, exptime: header.exptime, valueCount: header.valueCount,
      isCAS: header.verb == .cas, isSet: header.verb == .set)
  }

  @inline(__always)
  private static func mode(_ header: StorageHeader) -> StoreMode {
    switch header.verb {
    case .set: .set
    case .add: .add
    case .replace: .replace
    case .append: .append
    case .prepend: .prepend
    case .cas: .compareAndSwap(header.casUnique)
    }
  }
}
