// Results to bytes of the binary protocol: a header as in a request, with a status in the place of the bucket, and behind it
// extras, key and value. See `BinaryHeader`.

@usableFromInline package enum BinaryResponse {
  /// No answer but a value or a statistic is longer: header, extras, the longest key.
  @inlinable package static var maxCount: Int { 24 &+ 8 &+ 250 }

  /// A header and what stands in the extras, of which there are four bytes or none.
  ///
  /// - Parameter bodyCount: of extras, key and value.
  @inlinable @inline(__always)
  package static func writeHeader<Sink: ByteSink & ~Copyable>(
    _ request: BinaryHeader, _ status: BinaryStatus = .success, flags: UInt32? = nil, keyCount: Int = 0, bodyCount: Int,
    cas: UInt64 = 0, to sink: inout Sink
  ) {
    let extrasCount: UInt64 = flags == nil ? 0 : 4
    let names = UInt64(BinaryHeader.answerMagic) &<< 56 | UInt64(request.opcode) &<< 48
    let counts = UInt64(UInt16(truncatingIfNeeded: keyCount)) &<< 32 | extrasCount &<< 24 | UInt64(status.rawValue)
    let body = UInt64(UInt32(truncatingIfNeeded: bodyCount)) &<< 32 | UInt64(request.opaque)
    sink.append(
      ((names | counts).byteSwapped, 8), Span(), (body.byteSwapped, 8), (cas.byteSwapped, 8), Span(),
      (UInt64((flags ?? 0).byteSwapped), Int(extrasCount)))
  }

  /// The whole answer: a status, with its sentence.
  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(
    _ status: BinaryStatus, _ request: BinaryHeader, cas: UInt64 = 0, to sink: inout Sink
  ) {
    let sentence = status.sentence
    writeHeader(request, status, bodyCount: sentence.utf8CodeUnitCount, cas: cas, to: &sink)
    sink.append(sentence)
  }

  /// The whole answer: something went well, and this is its text.
  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(
    _ text: StaticString, _ request: BinaryHeader, to sink: inout Sink
  ) {
    writeHeader(request, bodyCount: text.utf8CodeUnitCount, to: &sink)
    sink.append(text)
  }

  /// The whole answer of what was asked for with its key and is not there.
  @inlinable
  package static func writeMiss<Sink: ByteSink & ~Copyable>(
    key: Span<UInt8>, _ request: BinaryHeader, to sink: inout Sink
  ) {
    writeHeader(request, .notFound, keyCount: key.count, bodyCount: key.count, to: &sink)
    sink.append(key)
  }

  /// The new value after incr and decr.
  @inlinable
  package static func write<Sink: ByteSink & ~Copyable>(
    number: UInt64, _ request: BinaryHeader, cas: UInt64, to sink: inout Sink
  ) {
    writeHeader(request, bodyCount: 8, cas: cas, to: &sink)
    sink.append((number.byteSwapped, 8), Span(), (0, 0), (0, 0), Span(), (0, 0))
  }

  /// One statistic; both empty at the end of a group.
  @inlinable
  package static func writeStatistic<Sink: ByteSink & ~Copyable>(
    _ name: Span<UInt8>, _ value: Span<UInt8>, _ request: BinaryHeader, to sink: inout Sink
  ) {
    writeHeader(request, keyCount: name.count, bodyCount: name.count &+ value.count, to: &sink)
    sink.append(name)
    sink.append(value)
  }
}
