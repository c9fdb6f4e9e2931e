import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// set, add, replace, append, prepend: the value stands behind the key.
extension BinarySession {
  /// A storage command that is consumed but for its value: stores at once what is whole in the input, else begins to receive.
  @inline(__always)
  mutating func beginStoring(
    _ request: BinaryRequest, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore,
    _ journal: WorkerJournal?
  ) {
    let key = input.bytes(in: request.key)
    let hash = lookahead.hash(request.key, input, store)
    if executor.isObserved { return storeObserved(request, hash, input, &consumed, &turn, store, journal) }
    let start = turn.reply.bytes.count
    if let overwritten = overwrite(key, hash, request, input, &consumed, store, journal) {
      return answer(overwritten, request, from: start, &turn)
    }
    receive(request, hash, input, &consumed, &turn, store, journal)
  }

  /// The same while somebody looks on.
  @inline(never)
  private mutating func storeObserved(
    _ request: BinaryRequest, _ hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let key = input.bytes(in: request.key)
    executor.observeStorage(key, hash, store)
    let start = turn.reply.bytes.count
    if let overwritten = overwrite(key, hash, request, input, &consumed, store, journal) {
      executor.observeStored(key, overwritten, storage(request), store)
      return answer(overwritten, request, from: start, &turn)
    }
    receive(request, hash, input, &consumed, &turn, store, journal)
  }

  /// Stores what is whole in the input, where it needs no item of its own.
  @inline(__always)
  private mutating func overwrite(
    _ key: Span<UInt8>, _ hash: UInt64, _ request: BinaryRequest, _ input: Span<UInt8>, _ consumed: inout Int,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) -> StoreOutcome? {
    let end = consumed &+ request.valueCount
    guard end <= input.count,
      let overwritten = executor.overwrite(
        key, hash, storage(request), value: input.extracting(consumed..<end), store, journal)
    else { return nil }
    consumed = end
    return overwritten
  }

  /// With -C nothing is compared: to memcached no value has a cas unique then.
  @inline(__always)
  private func unique(_ request: BinaryRequest) -> UInt64 { showsCAS ? request.header.cas : 0 }

  @inline(__always)
  private func storage(_ request: BinaryRequest) -> CommandExecutor.Storage {
    CommandExecutor.Storage(request, unique: unique(request))
  }

  @inline(never)
  private mutating func receive(
    _ request: BinaryRequest, _ hash: UInt64, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    switch executor.reserve(input.bytes(in: request.key), hash, storage(request), store, journal) {
    case .refused(let outcome):
      if executor.isObserved { executor.observeStored(input.bytes(in: request.key), outcome, storage(request), store) }
      answer(outcome == .tooLarge ? .tooLarge : .outOfMemory, request.header, &turn)
      current.swallow = request.valueCount
    case .pending(let pending):
      current.storing = UnfinishedFrame.Storing(pending: pending, hash: hash, request: request)
      _ = continueStoring(input, &consumed, &turn, store, journal)
    }
  }

  /// Goes on receiving; true when the command is done with, one way or the other.
  mutating func continueStoring(
    _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) -> Bool {
    guard var storing = current.storing.take() else { return true }
    if !store.take(input, &consumed, into: &storing.pending, now: executor.moment.seconds) {
      giveUp(storing, &turn, store, journal)
      return true
    }
    if storing.pending.isComplete {
      finish(storing, &turn, store, journal)
      return true
    }
    current.storing = consume storing
    return false
  }

  /// Receives a large value from the socket straight into its item. Nil when none is being received.
  mutating func receiveDirectly(_ turn: inout Turn) -> Received? {
    guard var storing = current.storing.take() else { return nil }
    let store = context.store
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
    _ storing: consuming UnfinishedFrame.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let (hash, request) = (storing.hash, storing.request)
    let start = turn.reply.bytes.count
    if executor.isObserved { return finishObserved(storing, &turn, store, journal) }
    let outcome = executor.commit(storing.pending, hash, storage(request), unique: unique(request), store, journal)
    answer(outcome, request, from: start, &turn)
  }

  @inline(never)
  private mutating func finishObserved(
    _ storing: consuming UnfinishedFrame.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let (hash, request) = (storing.hash, storing.request)
    let slabClass = store.slabClass(of: storing.pending)
    var key = KeyBytes()
    store.withKey(of: storing.pending) { key.copy($0) }
    let start = turn.reply.bytes.count
    let outcome = executor.commit(storing.pending, hash, storage(request), unique: unique(request), store, journal)
    executor.observeStored(key.bytes, outcome, storage(request), slabClass: slabClass, store)
    answer(outcome, request, from: start, &turn)
  }

  /// The value's memory has run out in the middle: the rest of it is dropped.
  private mutating func giveUp(
    _ storing: consuming UnfinishedFrame.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let (hash, request, missing) = (storing.hash, storing.request, storing.pending.missing)
    executor.giveUp(storing.pending, hash, storage(request).mode, store, journal)
    answer(.outOfMemory, request.header, &turn)
    current.swallow = missing
  }

  @inline(__always)
  private mutating func answer(
    _ outcome: StoreOutcome, _ request: BinaryRequest, from start: Int, _ turn: inout Turn
  ) {
    guard case .stored(let stamp) = outcome else { return answerFailure(outcome, request, &turn) }
    if !request.isQuiet {
      BinaryResponse.writeHeader(
        request.header, bodyCount: 0, cas: showsCAS ? stamp.rawValue : 0, to: &turn.reply.bytes)
    }
    if acks.isOn { noteStored(request, from: start, turn) }
  }

  @inline(never)
  private mutating func noteStored(_ request: BinaryRequest, from start: Int, _ turn: borrowing Turn) {
    noteWrite(request.header, answeredFrom: start, turn, if: .init(storage(request).mode))
  }

  /// memcached tells why a value was not stored from the command alone.
  @inline(never)
  private func answerFailure(_ outcome: StoreOutcome, _ request: BinaryRequest, _ turn: inout Turn) {
    let status: BinaryStatus =
      switch (outcome, request.command) {
      case (.exists, _): .exists
      case (.notFound, _): .notFound
      case (.notStored, .store(.add, _, _)): .exists
      case (.notStored, .store): .notFound
      case (.tooLarge, .store): .tooLarge
      case (.outOfMemory, .store): .outOfMemory
      default: .notStored
      }
    answer(status, request.header, &turn)
  }
}

extension CommandExecutor.Storage {
  /// A cas unique makes any of set, add and replace a compare and swap, as in memcached, and a set that cannot be kept takes the
  /// old value with it all the same.
  @inline(__always)
  init(_ request: BinaryRequest, unique: UInt64) {
    guard case .store(let verb, let flags, let exptime) = request.command else {
      self.init(
        mode: request.command == .extend(isAppend: true) ? .append : .prepend, clientFlags: 0, exptime: 0,
        valueCount: request.valueCount, isCAS: false, isSet: false)
      return
    }
    let isCAS = unique != 0
    let mode: StoreMode = verb == .set ? .set : verb == .add ? .add : .replace
    self.init(
      mode: isCAS ? .compareAndSwap(unique) : mode, clientFlags: flags, exptime: Int64(exptime),
      valueCount: request.valueCount, isCAS: isCAS, isSet: verb == .set)
  }
}
