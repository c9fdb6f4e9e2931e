import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// The keys that are held, one a line, produced as the client reads: `lru_crawler metadump`, `mgdump`, `stats cachedump`.
///
/// ```
///   index, bucket by bucket ──under its stripe's lock──▶ lines of some items ──▶ the client, when it reads
///                                                        └ the rest of one step waits here, some KB
/// ```
///
/// The walk goes on where it stood, whatever has happened to the index: what is there from the beginning to the end is told of
/// once at least. It holds nothing between two steps, so as many clients as like may dump at once, and one that does
/// not read costs the others nothing. A turn is over after so many buckets, or bytes, whatever they hold.
struct KeyDump: StreamedReply {
  enum Form: Sendable {
    /// What there is to know of each item.
    case metadump
    /// Meta gets, to be sent as they are.
    case mgdump
    /// So many items at most; 0: as many as there is room for.
    case cachedump(limit: Int)
  }

  private let form: Form
  private let classes: ClassList
  private let context: ServerContext
  private let lines = DumpedLines()
  private var cursor = WalkCursor()
  private var isAtEnd = false
  private var hasEnded = false
  private var count = 0
  private var dumpedBytes = 0
  private var turnBytes = 0

  /// Of a bucket's step, and of what a turn makes.
  private static let bucketsPerTurn = 1024
  private static let bytesPerTurn = 64 << 10
  /// As memcached bounds it.
  private static let maxCachedumpBytes = 2 << 20

  init(_ form: Form, _ classes: ClassList, _ context: ServerContext) {
    self.form = form
    self.classes = classes
    self.context = context
    if case .cachedump = form { return }
    lines.bytes.append("OK\r\n")
  }

  var maxPieceBytes: Int { 4 << 10 }

  mutating func writePiece(to bytes: inout ByteBuffer) -> StreamProgress {
    if turnBytes >= Self.bytesPerTurn {
      turnBytes = 0
      return .tired
    }
    if lines.bytes.isEmpty, !hasEnded { fill() }
    if lines.bytes.isEmpty { return hasEnded ? .ended : .tired }
    let part = min(lines.bytes.count, maxPieceBytes)
    lines.move(part, to: &bytes)
    turnBytes += part
    return .written
  }

  // MARK: Walking

  private mutating func fill() {
    let moment = context.moment()
    var buckets = 0
    while !isAtEnd, lines.bytes.count < maxPieceBytes, buckets < Self.bucketsPerTurn {
      buckets += 1
      // So that nothing grows under the lock, but for a bucket that has too many.
      lines.bytes.reserve(DumpedLines.usualStep)
      isAtEnd = !step(moment) || isFull
    }
    if !isAtEnd { return }
    lines.bytes.reserve(DumpedLines.usualStep)
    lines.bytes.append(trailer)
    hasEnded = true
  }

  private var trailer: StaticString {
    if case .mgdump = form { "EN\r\n" } else { "END\r\n" }
  }

  private mutating func step(_ moment: Moment) -> Bool {
    let before = lines.bytes.count
    var place = cursor
    let more = context.store.walkLive(&place, buckets: 1, now: moment.seconds) { item in
      if classes.contains(item.slabClass), !isFull { append(item, moment) }
    }
    cursor = place
    dumpedBytes += lines.bytes.count - before
    return more
  }

  private var isFull: Bool {
    guard case .cachedump(let limit) = form else { return false }
    return limit > 0 && count >= limit || dumpedBytes >= Self.maxCachedumpBytes
  }

  // MARK: Lines, under a stripe's lock

  private mutating func append(_ item: borrowing ItemView, _ moment: Moment) {
    count += 1
    lines.bytes.reserve(DumpedLines.maxLine)
    switch form {
    case .metadump: appendFacts(item, moment)
    case .mgdump: lines.appendMetaGet(item.key)
    case .cachedump: lines.appendItem(item, expiresAt: unixExpiry(item, moment) ?? 0)
    }
  }

  /// Nil: it never expires.
  private func unixExpiry(_ item: borrowing ItemView, _ moment: Moment) -> UInt64? {
    let expiresAt = item.expiresAt
    return expiresAt == 0
      ? nil : UInt64(clamping: ProcessClock.unixSeconds(expiresAt: expiresAt, at: moment))
  }

  private func appendFacts(_ item: borrowing ItemView, _ moment: Moment) {
    let idle = UInt64(context.store.secondsSinceAccess(item, at: moment))
    let now = moment.unixMicroseconds / 1_000_000
    lines.bytes.append("key=")
    EscapedKey.write(item.key, to: &lines.bytes)
    if let expiry = unixExpiry(item, moment) {
      lines.append(" exp=", expiry)
    } else {
      lines.bytes.append(" exp=-1")
    }
    lines.append(" la=", now - min(idle, now))
    lines.append(" cas=", context.settings.isCASEnabled ? item.cas : 0)
    lines.bytes.append(item.wasFetched ? " fetch=yes" : " fetch=no")
    lines.append(" cls=", UInt64(clamping: item.slabClass))
    lines.append(" size=", UInt64(clamping: item.byteCount))
    lines.append(" flags=", UInt64(item.clientFlags))
    // A space before the newline, as memcached's is cut by some.
    lines.bytes.append(" \n")
  }
}

/// Lines that are made and not sent.
private final class DumpedLines {
  var bytes = ByteBuffer(capacity: DumpedLines.usualStep)

  /// Any line: a key of which each byte takes four, and all numbers.
  static let maxLine = 1280
  /// The lines of the items of one bucket, nearly always.
  static let usualStep = 16 << 10

  /// Bytes that are there.
  func move(_ count: Int, to target: inout ByteBuffer) {
    target.append(bytes.bytes.extracting(first: count))
    bytes.consume(count)
  }

  func append(_ name: StaticString, _ number: UInt64) {
    bytes.append(name)
    bytes.append(decimal: number)
  }

  func appendMetaGet(_ key: Span<UInt8>) {
    bytes.append("mg ")
    if EscapedKey.isWord(key) {
      bytes.append(key)
    } else {
      Base64.write(key, to: &bytes)
      bytes.append(" b")
    }
    bytes.append("\r\n")
  }

  func appendItem(_ item: borrowing ItemView, expiresAt: UInt64) {
    bytes.append("ITEM ")
    EscapedKey.writeWord(item.key, to: &bytes)
    append(" [", UInt64(clamping: item.valueCount))
    append(" b; ", expiresAt)
    bytes.append(" s]\r\n")
  }
}
