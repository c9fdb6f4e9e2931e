import ItemStore
import MemcacheProtocol
import Platform

/// Keys looked up together: while one item's cache line is on its way, the next one's is asked for.
///
/// ```
///   get a b c\r\nget d\r\nset e 0 0 1\r\nx\r\nmg f v\r\nincr g 1\r\n
///       │ │ │        │        │                │         └ stays for the parser
///       a b c/END    d/END    e with its header  f, whose flags are read again when it is answered
/// ```
///
/// The keys are those of one retrieval, or of the requests that a client has sent one behind the other. They are read once,
/// hashed once, and their memory is asked for before the first is looked up. Passes over the group instead of one over the
/// keys: find and hash, prefetch the buckets, prefetch the items, answer. The misses of a pass overlap; done key by key,
/// each would be waited for.
///
/// A worker has one group and fills it anew for each wake-up's input; positions in it are positions in that input.
struct KeyGroup: ~Copyable {
  static let capacity = 128
  /// Storage commands among them.
  static let storageCapacity = 32
  /// Keys whose memory is asked for at a time: more would push each other out of the nearest cache.
  static let fetched = 32

  /// A storage command whose line is read.
  struct Storage: BitwiseCopyable {
    let header: StorageHeader
    /// Where its value begins.
    let start: Int
    /// Where the next request begins.
    var next: Int { start + header.valueCount + 2 }
  }

  private var keys = FixedArray(repeating: RequestKey.none, count: Self.capacity)
  private var hashes = FixedArray(repeating: UInt64(0), count: Self.capacity)
  private var storages = FixedArray<Storage?>(repeating: nil, count: Self.storageCapacity)
  private(set) var count = 0
  private var storageCount = 0
  /// Its only request is a retrieval of more keys than it takes, which goes on there.
  private(set) var unendedAt: Int?

  @inline(__always) func key(_ number: Int) -> RequestKey { keys[number] }
  @inline(__always) func hash(_ number: Int) -> UInt64 { hashes[number] }
  /// Of the storage commands, counted by themselves.
  @inline(__always) func storage(_ number: Int) -> Storage? { storages[number] }

  /// Takes the keys of the requests that stand one behind the other in the input: up to `limit` requests, as far as they
  /// are canonical and the whole line of each is there.
  @inline(__always)
  mutating func fill(_ input: Span<UInt8>, from start: Int, atMost limit: Int, _ store: ItemStore) {
    clear()
    var offset = start
    var requests = 0
    while requests < limit, offset < input.count, let next = take(input, at: offset, store) {
      offset = next
      requests += 1
    }
  }

  /// Where the next request begins, which may lie beyond the input.
  @inline(__always)
  private mutating func take(_ input: Span<UInt8>, at offset: Int, _ store: ItemStore) -> Int? {
    if input[offset] == UInt8(ascii: "s") { return takeStorage(input, at: offset, store) }
    let before = count
    var room = keys.mutableSpan
    guard let line = TextParser.keys(of: input, from: offset, into: &room, behind: before) else {
      return takeMeta(input, at: offset, store)
    }
    if !line.isEnded { return takeBeginning(line, behind: before, input, store) }
    hash(before..<line.count, input, store)
    return line.next
  }

  /// Of a line that has more keys than there is room for. Nobody can see beyond the group, so it must be the first; that the
  /// line is whole is certain if the input's last byte ends one.
  @inline(never)
  private mutating func takeBeginning(
    _ line: TextParser.FoundKeys, behind before: Int, _ input: Span<UInt8>, _ store: ItemStore
  ) -> Int? {
    guard before == 0, input[input.count - 1] == UInt8(ascii: "\n") else { return nil }
    unendedAt = line.next
    hash(0..<line.count, input, store)
    return nil
  }

  /// A meta get that changes nothing.
  @inline(never)
  private mutating func takeMeta(_ input: Span<UInt8>, at offset: Int, _ store: ItemStore) -> Int? {
    guard count < Self.capacity, let (key, next) = MetaParser.get(input, from: offset) else { return nil }
    keys[count] = key
    hashes[count] = store.hash(input.bytes(in: key.range))
    count += 1
    return next
  }

  @inline(__always)
  private mutating func takeStorage(_ input: Span<UInt8>, at offset: Int, _ store: ItemStore) -> Int? {
    if count == Self.capacity || storageCount == Self.storageCapacity { return nil }
    guard let (header, lineCount) = TextParser.storage(input, from: offset) else { return nil }
    let storage = Storage(header: header, start: offset + lineCount)
    keys[count] = RequestKey(start: header.key.lowerBound, count: header.key.count, role: .storage)
    hashes[count] = store.hash(input.bytes(in: header.key))
    storages[storageCount] = storage
    count += 1
    storageCount += 1
    return storage.next
  }

  @inline(__always)
  private mutating func hash(_ numbers: Range<Int>, _ input: Span<UInt8>, _ store: ItemStore) {
    let hash = store.keyHash
    for number in numbers { hashes[number] = hash.hash(input.bytes(in: keys[number].range)) }
    count = numbers.upperBound
  }

  // MARK: Of a long line

  /// What stands behind the keys that were taken of a line.
  enum Filled {
    /// More keys, from there on.
    case keys(next: Int)
    /// Nothing: the last key says that it is.
    case answered
    case end(next: Int)
    /// What has not come yet.
    case incomplete(next: Int)
    case refused(TextError, next: Int)
    case skipped(next: Int)
  }

  /// Takes keys of one retrieval, from where its line goes on: in one pass as far as it is canonical.
  mutating func fill(_ line: inout LongRetrieval, _ input: Span<UInt8>, from start: Int, _ store: ItemStore) -> Filled {
    clear()
    if line.isAmongKeys {
      var room = keys.mutableSpan
      let role: RequestKey.Role = line.withCAS ? .withCAS : []
      if let found = TextParser.keys(of: input, at: start, role: role, into: &room, behind: 0), found.count > 0 {
        hash(0..<found.count, input, store)
        return found.isEnded ? .answered : .keys(next: found.next)
      }
    }
    return fillSlowly(&line, input, from: start, store)
  }

  private mutating func fillSlowly(
    _ line: inout LongRetrieval, _ input: Span<UInt8>, from start: Int, _ store: ItemStore
  ) -> Filled {
    var position = start
    while count < Self.fetched {
      switch line.next(in: input, from: position) {
      case .key(let key, let next):
        keys[count] = RequestKey(start: key.lowerBound, count: key.count, role: line.withCAS ? .withCAS : [])
        hashes[count] = store.hash(input.bytes(in: key))
        count += 1
        position = next
      case .incomplete(let next): return .incomplete(next: next)
      case .end(let next): return .end(next: next)
      case .refused(let error, let next): return .refused(error, next: next)
      case .skipped(let next): return .skipped(next: next)
      }
    }
    return .keys(next: position)
  }

  mutating func clear() {
    count = 0
    storageCount = 0
    unendedAt = nil
  }

  /// Asks for the memory of the keys from `number` on, as many as are worth it at a time.
  func prefetch(from number: Int, _ store: ItemStore) {
    store.prefetch(hashes.span.extracting(number..<min(number + Self.fetched, count)))
  }
}
