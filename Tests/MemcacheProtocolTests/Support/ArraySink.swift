import MemcacheProtocol

/// A sink that keeps what was written, for tests to look at.
struct ArraySink: ByteSink {
  var bytes: [UInt8] = []
  var text: String { String(decoding: bytes, as: UTF8.self) }

  mutating func append(_ byte: UInt8) { bytes.append(byte) }

  mutating func append(_ span: Span<UInt8>) {
    for index in span.indices { bytes.append(span[index]) }
  }

  mutating func append(_ text: StaticString) { bytes.append(contentsOf: text.description.utf8) }

  mutating func append(_ head: ShortText, _ run: Span<UInt8>, _ tail: ShortText) {
    append(head)
    append(run)
    append(tail)
  }

  mutating func append(
    _ head: ShortText, _ first: Span<UInt8>, _ middle: ShortText, _ more: ShortText, _ second: Span<UInt8>,
    _ tail: ShortText
  ) {
    append(head)
    append(first)
    append(middle)
    append(more)
    append(second)
    append(tail)
  }

  private mutating func append(_ text: ShortText) {
    for place in 0..<text.count { bytes.append(UInt8(truncatingIfNeeded: text.bytes >> UInt64(place * 8))) }
  }

  mutating func append(decimal: UInt64) { bytes.append(contentsOf: String(decimal).utf8) }
}
