import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// `ms`: like the classic storage commands, but that its answer repeats some of its flags, when the line is long gone.
extension TextSession {
  /// A storage command whose line is consumed: stores at once what is whole in the input, else begins to receive.
  mutating func beginMetaStoring(
    _ request: MetaRequest, _ key: Span<UInt8>, _ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn,
    _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let storage = CommandExecutor.Storage(request)
    let conditions = StoreConditions(request)
    let reply = MetaStorageReply(request, input)
    let hash = store.hash(key)
    if executor.isObserved { executor.observeStorage(key, hash, countsPrefix: false, store) }
    if conditions == .none,
      let outcome = overwrite(key, hash, storage, input, &consumed, store, journal)
    {
      if executor.isObserved { executor.observeStored(key, outcome, storage, store) }
      return answer(outcome, storage.mode, cas: outcome.cas, valueCount: storage.valueCount, reply, key, &turn)
    }
    switch executor.reserve(key, hash, storage, conditions, store, journal) {
    case .refused(let outcome):
      if executor.isObserved { executor.observeStored(key, outcome, storage, store) }
      answer(outcome == .tooLarge ? TextError.tooLarge : .outOfMemoryStoring, &turn)
      current.swallow = storage.valueCount + 2
    case .pending(let pending):
      current.storing = UnfinishedRequest.Storing(
        pending: pending, mode: storage.mode, hash: hash, isCAS: storage.isCAS, noreply: false, isMeta: true,
        exptime: storage.exptime)
      current.meta = MetaStorage(conditions: conditions, reply: reply)
      _ = continueStoring(input, &consumed, &turn, store, journal)
    }
  }

  /// The value has come as a whole, and ends as it must.
  mutating func finishMeta(
    _ storing: consuming UnfinishedRequest.Storing, _ turn: inout Turn, _ store: ItemStore, _ journal: WorkerJournal?
  ) {
    let meta = current.meta
    let valueCount = storing.pending.valueCount
    let (hash, mode, isCAS) = (storing.hash, storing.mode, storing.isCAS)
    var key = KeyBytes()
    let storage = storing.storage
    let slabClass = store.slabClass(of: storing.pending)
    if meta.reply.showsKey || executor.isObserved { store.withKey(of: storing.pending) { key.copy($0) } }
    let result = executor.commit(
      storing.pending, hash, mode, isCAS: isCAS, meta.conditions, store, journal)
    if executor.isObserved {
      executor.observeStored(
        key.bytes, result.outcome, storage, slabClass: slabClass, mayKeepExpiry: meta.conditions.takesStale, store)
    }
    answer(
      result.outcome, mode, cas: result.cas, valueCount: result.isStored ? result.valueCount : valueCount, meta.reply,
      key.bytes, &turn)
  }

  private mutating func answer(
    _ outcome: StoreOutcome, _ mode: StoreMode, cas: UInt64, valueCount: Int, _ reply: MetaStorageReply,
    _ key: Span<UInt8>, _ turn: inout Turn
  ) {
    let start = turn.reply.bytes.count
    let status: MetaStatus
    switch outcome {
    case .stored: status = .done
    case .notStored: status = .notStored
    case .exists: status = .exists
    case .notFound: status = .notFound
    case .tooLarge: return answer(TextError.tooLarge, &turn)
    case .outOfMemory: return answer(TextError.outOfMemoryStoring, &turn)
    }
    if status != .done || !reply.isQuiet {
      reply.write(status, cas: showsCAS ? cas : 0, valueCount: valueCount, key, to: &turn.reply.bytes)
    }
    if status == .done, acks.isOn {
      acks.noteWrite(answered: start..<turn.reply.bytes.count, &current.held, as: .metaLine, if: .init(mode))
    }
  }
}

/// What is kept of an `ms` while its value is on its way.
struct MetaStorage {
  var conditions = StoreConditions.none
  var reply = MetaStorageReply()
}

/// The flags that the answer to an `ms` repeats, in their order.
struct MetaStorageReply {
  private var letters = InlineArray<4, UInt8>(repeating: 0)
  private var letterCount = 0
  private var opaque = InlineArray<32, UInt8>(repeating: 0)
  private var opaqueCount = 0
  private(set) var isQuiet = false
  private(set) var showsKey = false
  private var isKeyInBase64 = false

  init() {}

  init(_ request: MetaRequest, _ input: Span<UInt8>) {
    isQuiet = request.flags.contains(.quiet)
    isKeyInBase64 = request.flags.contains(.base64)
    var words = TokenReader(request.words)
    while true {
      let word = words.next(in: input)
      if word.isEmpty { return }
      switch input[word.lowerBound] {
      case UInt8(ascii: "O"): keepOpaque(input.bytes(in: word))
      case UInt8(ascii: "k"):
        showsKey = true
        keep(UInt8(ascii: "k"))
      case UInt8(ascii: "c"), UInt8(ascii: "s"): keep(input[word.lowerBound])
      default: break
      }
    }
  }

  private mutating func keep(_ letter: UInt8) {
    if letterCount == letters.count { return }
    letters[letterCount] = letter
    letterCount += 1
  }

  private mutating func keepOpaque(_ word: Span<UInt8>) {
    keep(UInt8(ascii: "O"))
    opaqueCount = min(word.count, opaque.count)
    for place in 0..<opaqueCount { opaque[place] = word[place] }
  }

  func write(
    _ status: MetaStatus, cas: UInt64, valueCount: Int, _ key: Span<UInt8>, to bytes: inout ByteBuffer
  ) {
    MetaResponse.write(status, to: &bytes)
    for place in 0..<letterCount {
      switch letters[place] {
      case UInt8(ascii: "O"): MetaResponse.writeWord(opaque.span.extracting(0..<opaqueCount), to: &bytes)
      case UInt8(ascii: "k"): MetaResponse.writeKey(key, inBase64: isKeyInBase64, to: &bytes)
      case UInt8(ascii: "c"): MetaResponse.writeFlag(UInt8(ascii: "c"), cas, to: &bytes)
      default: MetaResponse.writeFlag(UInt8(ascii: "s"), UInt64(valueCount), to: &bytes)
      }
    }
    MetaResponse.writeNewline(to: &bytes)
  }
}

extension CommandExecutor.Storage {
  fileprivate init(_ request: MetaRequest) {
    let verb = StorageVerb(mode: request.mode) ?? .set
    let comparesCAS = request.flags.contains(.comparesCAS) && (verb == .set || verb == .replace)
    let isVivifying = request.flags.contains(.vivifies) && (verb == .append || verb == .prepend)
    self.init(
      mode: comparesCAS ? .compareAndSwap(request.comparedCAS) : Self.mode(verb), clientFlags: request.clientFlags,
      exptime: isVivifying ? request.vivifyExptime : request.exptime, valueCount: request.valueCount,
      isCAS: comparesCAS, isSet: verb == .set && !comparesCAS)
  }

  private static func mode(_ verb: StorageVerb) -> StoreMode {
    switch verb {
    case .add: .add
    case .replace: .replace
    case .append: .append
    case .prepend: .prepend
    case .set, .cas: .set
    }
  }
}

extension StoreConditions {
  fileprivate init(_ request: MetaRequest) {
    let flags = request.flags
    let verb = StorageVerb(mode: request.mode) ?? .set
    let extends = verb == .append || verb == .prepend
    self.init(
      unique: extends && flags.contains(.comparesCAS) ? request.comparedCAS : nil,
      takesStale: flags.contains([.invalidates, .comparesCAS]) && (verb == .set || verb == .replace),
      // 0 is none to memcached here, and one like others elsewhere.
      explicitCAS: flags.contains(.setsCAS) && request.newCAS != 0 ? request.newCAS : nil,
      vivifies: extends && flags.contains(.vivifies))
  }
}

extension StoreOutcome {
  /// Of what was stored without one of its own.
  fileprivate var cas: UInt64 {
    if case .stored(let stamp) = self { return stamp.rawValue }
    return 0
  }
}
