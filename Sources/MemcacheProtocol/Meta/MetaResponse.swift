// Results to bytes of the meta commands: a status of two letters, the flags that come back in the order in which they were
// asked for, and a value.
//
//     VA <length>[ <letter><token>]*\r\n<value>\r\n          HD[ <letter><token>]*\r\n
//
// Flags begin with a space each, so whoever writes the status, then flag after flag, then a newline, writes a whole line.

/// The statuses.
@usableFromInline package enum MetaStatus: UInt8, Sendable, BitwiseCopyable, CaseIterable {
  /// Done, there, not there, not stored, another cas unique, not found, and what `mn` is answered.
  case done, miss, notStored, exists, notFound, noop

  @inlinable package var word: StaticString {
    switch self {
    case .done: "HD"
    case .miss: "EN"
    case .notStored: "NS"
    case .exists: "EX"
    case .notFound: "NF"
    case .noop: "MN"
    }
  }
}

/// What `me` tells of an item.
@usableFromInline package struct MetaItem: Hashable, Sendable, BitwiseCopyable {
  @usableFromInline let isKeyInBase64: Bool
  /// Seconds; nil for what lives for ever.
  @usableFromInline let timeToLive: UInt64?
  /// Seconds since then.
  @usableFromInline let lastAccess: UInt64
  @usableFromInline let cas: UInt64
  @usableFromInline let wasFetched: Bool
  @usableFromInline let slabClass: Int
  @usableFromInline let byteCount: Int

  package init(
    isKeyInBase64: Bool, timeToLive: UInt64?, lastAccess: UInt64, cas: UInt64, wasFetched: Bool, slabClass: Int,
    byteCount: Int
  ) {
    self.isKeyInBase64 = isKeyInBase64
    self.timeToLive = timeToLive
    self.lastAccess = lastAccess
    self.cas = cas
    self.wasFetched = wasFetched
    self.slabClass = slabClass
    self.byteCount = byteCount
  }
}

@usableFromInline package enum MetaResponse {
  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(_ status: MetaStatus, to sink: inout Sink) {
    sink.append(status.word)
  }

  /// The status of a value that comes behind the line.
  @inlinable
  package static func writeValueStatus<Sink: ByteSink & ~Copyable>(valueCount: Int, to sink: inout Sink) {
    sink.append("VA ")
    sink.append(decimal: UInt64(truncatingIfNeeded: valueCount))
  }

  @inlinable
  package static func writeNewline<Sink: ByteSink & ~Copyable>(to sink: inout Sink) { sink.append("\r\n") }

  // MARK: Flags

  /// `W`, `X`, `Z`.
  @inlinable
  package static func writeFlag<Sink: ByteSink & ~Copyable>(_ letter: UInt8, to sink: inout Sink) {
    sink.append(UInt8(0x20))
    sink.append(letter)
  }

  @inlinable
  package static func writeFlag<Sink: ByteSink & ~Copyable>(_ letter: UInt8, _ number: UInt64, to sink: inout Sink) {
    writeFlag(letter, to: &sink)
    sink.append(decimal: number)
  }

  /// `t`: nil for what lives for ever.
  @inlinable
  package static func writeTimeToLive<Sink: ByteSink & ~Copyable>(_ seconds: UInt64?, to sink: inout Sink) {
    if let seconds { return writeFlag(UInt8(ascii: "t"), seconds, to: &sink) }
    sink.append(" t-1")
  }

  /// A word as it was sent, its letter with it: `O`.
  @inlinable
  package static func writeWord<Sink: ByteSink & ~Copyable>(_ word: Span<UInt8>, to sink: inout Sink) {
    sink.append(UInt8(0x20))
    sink.append(word)
  }

  /// `k`, and `b` where the key was sent in base64.
  @inlinable
  package static func writeKey<Sink: ByteSink & ~Copyable>(
    _ key: Span<UInt8>, inBase64: Bool, to sink: inout Sink
  ) {
    sink.append(" k")
    if !inBase64 { return sink.append(key) }
    Base64.write(key, to: &sink)
    sink.append(" b")
  }

  /// The whole answer to `me`.
  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(_ item: MetaItem, key: Span<UInt8>, to sink: inout Sink) {
    sink.append("ME ")
    if item.isKeyInBase64 { Base64.write(key, to: &sink) } else { sink.append(key) }
    if let seconds = item.timeToLive {
      sink.append(" exp=")
      sink.append(decimal: seconds)
    } else {
      sink.append(" exp=-1")
    }
    sink.append(" la=")
    sink.append(decimal: item.lastAccess)
    sink.append(" cas=")
    sink.append(decimal: item.cas)
    if item.wasFetched { sink.append(" fetch=yes cls=") } else { sink.append(" fetch=no cls=") }
    sink.append(decimal: UInt64(truncatingIfNeeded: item.slabClass))
    sink.append(" size=")
    sink.append(decimal: UInt64(truncatingIfNeeded: item.byteCount))
    writeNewline(to: &sink)
  }

  // MARK: Numbers

  /// The status of a number, as `ma` answers it behind the line.
  @inlinable
  package static func writeNumberStatus<Sink: ByteSink & ~Copyable>(_ number: UInt64, to sink: inout Sink) {
    var (digits, rest) = (1, number)
    while rest >= 10 {
      rest /= 10
      digits &+= 1
    }
    writeValueStatus(valueCount: digits, to: &sink)
  }

  // MARK: Short values

  /// The whole answer to `mg key v`, of a value below 1000 bytes: its line is one word.
  @inlinable @inline(__always)
  package static func writeShortValue<Sink: ByteSink & ~Copyable>(_ value: Span<UInt8>, to sink: inout Sink) {
    let length = TextResponse.spaced(UInt32(truncatingIfNeeded: value.count))
    let end = TextResponse.newline.bytes &<< (UInt64(truncatingIfNeeded: length.count) &* 8 &+ 16)
    let line = (bytes: 0x4156 | length.bytes &<< 16 | end, count: length.count &+ 4)
    sink.append(line, value, TextResponse.newline)
  }
}
