import MemcacheProtocol

/// Bytes of requests, growing: a client has no buffer of a fixed size to fill.
package struct RequestBytes: ByteSink {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  package mutating func append(_ byte: UInt8) { bytes.append(byte) }

  package mutating func append(_ run: Span<UInt8>) {
    bytes.reserveCapacity(bytes.count + run.count)
    for index in run.indices { bytes.append(run[index]) }
  }

  package mutating func append(_ text: StaticString) { bytes.append(contentsOf: text.description.utf8) }
  package mutating func append(decimal: UInt64) { bytes.append(contentsOf: String(decimal).utf8) }
  package mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }
  package mutating func append(_ run: [UInt8]) { bytes.append(contentsOf: run) }

  package mutating func append(_ head: ShortText, _ run: Span<UInt8>, _ tail: ShortText) {
    append(head)
    append(run)
    append(tail)
  }

  package mutating func append(
    _ head: ShortText, _ first: Span<UInt8>, _ middle: ShortText, _ more: ShortText, _ second: Span<UInt8>,
    _ tail: ShortText
  ) {
    append(head, first, middle)
    append(more, second, tail)
  }

  private mutating func append(_ text: ShortText) {
    for index in 0..<text.count { bytes.append(UInt8(truncatingIfNeeded: text.bytes >> UInt64(8 * index))) }
  }
}
