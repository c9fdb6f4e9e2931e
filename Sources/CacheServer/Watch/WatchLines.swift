import ItemStore
import MemcacheProtocol
import Platform

/// The lines that `watch` shows, each in the form that memcached 1.6.45 gives it.
extension WatchLog {
  /// An item as lines tell of it; nothing of one that is not there.
  struct ItemFacts {
    var slabClass = 0
    var valueCount = 0
  }

  func fetched(_ key: Span<UInt8>, _ found: Lookup, _ item: ItemFacts, client: Int32) {
    write(.fetchers) { line in
      line.append("type=item_get key=")
      EscapedKey.write(key, to: &line)
      line.append(" status=")
      line.append(Self.word(found))
      Self.append(item, client: client, to: &line)
    }
  }

  private static func word(_ found: Lookup) -> StaticString {
    switch found {
    case .hit: "found"
    case .miss: "not_found"
    case .flushed: "flushed"
    case .expired: "expired"
    }
  }

  func stored(
    _ key: Span<UInt8>, _ outcome: StoreOutcome, _ verb: StorageVerb, timeToLive: UInt32, _ item: ItemFacts,
    client: Int32
  ) {
    write(.mutations) { line in
      line.append("type=item_store key=")
      EscapedKey.write(key, to: &line)
      line.append(" status=")
      line.append(Self.word(outcome))
      line.append(" cmd=")
      line.append(verb.word)
      line.append(" ttl=")
      line.append(decimal: UInt64(timeToLive))
      Self.append(item, client: client, to: &line)
    }
  }

  private static func word(_ outcome: StoreOutcome) -> StaticString {
    switch outcome {
    case .stored: "stored"
    case .notStored: "not_stored"
    case .exists: "exists"
    case .notFound: "not_found"
    case .tooLarge: "too_large"
    case .outOfMemory: "no_memory"
    }
  }

  private static func append(_ item: ItemFacts, client: Int32, to line: inout ByteBuffer) {
    line.append(" clsid=")
    line.append(decimal: UInt64(clamping: item.slabClass))
    line.append(" cfd=")
    line.append(decimal: UInt64(clamping: client))
    line.append(" size=")
    line.append(decimal: UInt64(clamping: item.valueCount))
  }

  /// - Parameter isMeta: by `md`.
  func deleted(_ key: Span<UInt8>, isMeta: Bool, _ item: ItemFacts) {
    write(.deletions) { line in
      line.append("type=deleted key=")
      EscapedKey.write(key, to: &line)
      line.append(isMeta ? " cmd=md" : " cmd=delete")
      line.append(" clsid=")
      line.append(decimal: UInt64(clamping: item.slabClass))
      line.append(" size=")
      line.append(decimal: UInt64(clamping: item.valueCount))
    }
  }

  /// Under the store's locks.
  func evicted(_ item: borrowing ItemView, _ eviction: StoreWatch.Eviction) {
    let (slabClass, valueCount, wasFetched) = (item.slabClass, item.valueCount, item.wasFetched)
    let key = item.key
    write(.evictions) { line in
      line.append("type=eviction key=")
      EscapedKey.write(key, to: &line)
      line.append(wasFetched ? " fetch=yes ttl=" : " fetch=no ttl=")
      if let timeToLive = eviction.timeToLive {
        line.append(decimal: UInt64(timeToLive))
      } else {
        line.append("-1")
      }
      line.append(" la=")
      line.append(decimal: UInt64(eviction.idleSeconds))
      line.append(" clsid=")
      line.append(decimal: UInt64(clamping: slabClass))
      line.append(" size=")
      line.append(decimal: UInt64(clamping: valueCount))
    }
  }

  /// The beginning of a request, to its line's end. memcached knows the kind, and has no lines of it.
  func requested(_ input: Span<UInt8>, client: Int32) {
    write(.rawCommands) { line in
      line.append("<")
      line.append(decimal: UInt64(clamping: client))
      line.append(" ")
      Self.append(text: input, to: &line)
    }
  }

  func pageMoved(from source: Int, to target: Int) {
    write(.systemEvents) { line in
      line.append("type=slab_move src=")
      line.append(decimal: UInt64(clamping: source))
      line.append(" dst=")
      line.append(decimal: UInt64(clamping: target))
      line.append(" state=ok")
    }
  }

  func crawled(examined: UInt64, reclaimed: UInt64) {
    write(.systemEvents) { line in
      line.append("type=lru_crawler examined=")
      line.append(decimal: examined)
      line.append(" reclaimed=")
      line.append(decimal: reclaimed)
    }
  }

  /// What the link to the peer does, in its own words.
  func replication(_ text: String) {
    if !isWatched(.replication) { return }
    let bytes = Array(text.utf8.prefix(Self.maxTextBytes))
    write(.replication) { line in
      line.append("type=replication msg=")
      Self.append(text: bytes.span, to: &line)
    }
  }

  // MARK: Connections

  enum ConnectionEnd {
    case error, normal, idle, shutdown

    fileprivate var word: StaticString {
      switch self {
      case .error: "error"
      case .normal: "normal"
      case .idle: "idle_timeout"
      case .shutdown: "shutdown"
      }
    }
  }

  /// - Parameter end: nil: it has begun.
  func connection(_ client: Int32, _ address: SocketAddress?, _ end: ConnectionEnd?) {
    if !isWatched(.connectionEvents) { return }
    let isLocal = address?.isUnix ?? false
    let host = Array((isLocal ? "unix" : address?.host ?? "unknown").utf8.prefix(64))
    write(.connectionEvents) { line in
      line.append(end == nil ? "type=conn_new rip=" : "type=conn_close rip=")
      line.append(host.span)
      line.append(" rport=")
      line.append(decimal: UInt64(address?.port ?? 0))
      line.append(isLocal ? " transport=local" : " transport=tcp")
      if let end {
        line.append(" reason=")
        line.append(end.word)
      }
      line.append(" cfd=")
      line.append(decimal: UInt64(clamping: client))
    }
  }

  /// A client whose handshake came to nothing.
  func handshakeFailed(_ client: Int32, _ why: String) {
    if !isWatched(.connectionEvents) { return }
    let bytes = Array(why.utf8.prefix(Self.maxTextBytes))
    write(.connectionEvents) { line in
      line.append("type=conntlserr fd=")
      line.append(decimal: UInt64(clamping: client))
      line.append(" msg=")
      Self.append(text: bytes.span, to: &line)
    }
  }

  // MARK: Texts

  /// A line that somebody else has written, its control bytes escaped.
  private static func append(text: Span<UInt8>, to line: inout ByteBuffer) {
    var end = 0
    while end < min(text.count, maxTextBytes), text[end] != UInt8(ascii: "\n") { end += 1 }
    if end > 0, text[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    var start = 0
    for position in 0..<end where text[position] == UInt8(ascii: " ") {
      EscapedKey.writePrintable(text.extracting(start..<position), to: &line)
      line.append(" ")
      start = position + 1
    }
    EscapedKey.writePrintable(text.extracting(start..<end), to: &line)
  }
}
