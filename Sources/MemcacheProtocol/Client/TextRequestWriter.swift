// The client's half of the text protocol: requests to bytes. Generic over the sink, as the answers are.

@usableFromInline package enum TextRequestWriter {
  /// The bytes that any of these commands can take besides its key (or keys) and its value.
  @inlinable package static var maxOverheadCount: Int { 128 }

  /// `get` or `gets` of one key.
  @inlinable package static func writeGet<Sink: ByteSink & ~Copyable>(
    _ key: Span<UInt8>, withCAS: Bool = false, to sink: inout Sink
  ) {
    beginGet(withCAS: withCAS, to: &sink)
    writeKey(key, to: &sink)
    endLine(to: &sink)
  }

  /// Begins a `get` of many keys: follow with `writeKey` for each and `endLine`.
  @inlinable package static func beginGet<Sink: ByteSink & ~Copyable>(withCAS: Bool = false, to sink: inout Sink) {
    sink.append(withCAS ? "gets" : "get")
  }

  /// Begins a `gat` or `gats`, as `beginGet`.
  @inlinable package static func beginGetAndTouch<Sink: ByteSink & ~Copyable>(
    exptime: Int64, withCAS: Bool = false, to sink: inout Sink
  ) {
    sink.append(withCAS ? "gats" : "gat")
    writeSigned(exptime, to: &sink)
  }

  @inlinable package static func writeKey<Sink: ByteSink & ~Copyable>(_ key: Span<UInt8>, to sink: inout Sink) {
    sink.append(UInt8(ascii: " "))
    sink.append(key)
  }

  @inlinable package static func endLine<Sink: ByteSink & ~Copyable>(noreply: Bool = false, to sink: inout Sink) {
    if noreply { sink.append(" noreply") }
    TextResponse.writeNewline(to: &sink)
  }

  /// A storage command with its data block; `casUnique` only goes with `cas`.
  @inlinable package static func writeStorage<Sink: ByteSink & ~Copyable>(
    _ verb: StorageVerb, key: Span<UInt8>, flags: UInt32 = 0, exptime: Int64 = 0, value: Span<UInt8>,
    casUnique: UInt64 = 0, noreply: Bool = false, to sink: inout Sink
  ) {
    sink.append(verb.word)
    writeKey(key, to: &sink)
    TextResponse.writeSpaced(UInt64(flags), to: &sink)
    writeSigned(exptime, to: &sink)
    TextResponse.writeSpaced(UInt64(value.count), to: &sink)
    if verb == .cas { TextResponse.writeSpaced(casUnique, to: &sink) }
    endLine(noreply: noreply, to: &sink)
    sink.append(value)
    TextResponse.writeNewline(to: &sink)
  }

  @inlinable package static func writeDelete<Sink: ByteSink & ~Copyable>(
    _ key: Span<UInt8>, noreply: Bool = false, to sink: inout Sink
  ) {
    sink.append("delete")
    writeKey(key, to: &sink)
    endLine(noreply: noreply, to: &sink)
  }

  @inlinable package static func writeArithmetic<Sink: ByteSink & ~Copyable>(
    isIncrement: Bool, key: Span<UInt8>, delta: UInt64, noreply: Bool = false, to sink: inout Sink
  ) {
    sink.append(isIncrement ? "incr" : "decr")
    writeKey(key, to: &sink)
    TextResponse.writeSpaced(delta, to: &sink)
    endLine(noreply: noreply, to: &sink)
  }

  @inlinable package static func writeTouch<Sink: ByteSink & ~Copyable>(
    _ key: Span<UInt8>, exptime: Int64, noreply: Bool = false, to sink: inout Sink
  ) {
    sink.append("touch")
    writeKey(key, to: &sink)
    writeSigned(exptime, to: &sink)
    endLine(noreply: noreply, to: &sink)
  }

  /// A command that is only words: `version`, `stats`, `flush_all`, `quit`.
  @inlinable package static func writeCommand<Sink: ByteSink & ~Copyable>(_ words: StaticString, to sink: inout Sink) {
    sink.append(words)
    TextResponse.writeNewline(to: &sink)
  }

  @inlinable static func writeSigned<Sink: ByteSink & ~Copyable>(_ number: Int64, to sink: inout Sink) {
    sink.append(UInt8(ascii: " "))
    if number < 0 { sink.append(UInt8(ascii: "-")) }
    sink.append(decimal: number.magnitude)
  }
}
