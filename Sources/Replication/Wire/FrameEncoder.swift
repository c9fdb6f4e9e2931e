import ItemStore
import Platform

/// Frames to bytes. Each function appends one whole frame; the caller has made sure that its `…Count` fits.
package enum FrameEncoder {
  /// No frame without a value or a long key is larger.
  package static let controlCount = 384

  package static func recordCount(_ head: RecordHead, keyCount: Int, valueCount: Int) -> Int {
    headCount(head) + keyCount + valueCount
  }
  private static func headCount(_ head: RecordHead) -> Int {
    FrameLimits.recordHead + head.version.byteCount + head.marks.byteCount
  }
  package static func keyedCount(_ version: Version, keyCount: Int) -> Int {
    FrameLimits.length + 1 + version.byteCount + 1 + keyCount
  }

  /// - Parameter keyAndValue: the value right behind the key, as items have them.
  @_lifetime(output: copy output)
  package static func record(
    _ head: RecordHead, keyCount: Int, keyAndValue: Span<UInt8>, into output: inout OutputSpan<UInt8>
  ) {
    start(.record, fieldCount: headCount(head) - 5 + keyAndValue.count, &output)
    fields(head, keyCount: keyCount, &output)
    output.append(copying: keyAndValue)
  }

  @_lifetime(output: copy output)
  package static func valueBegin(
    _ head: RecordHead, key: Span<UInt8>, valueCount: Int, into output: inout OutputSpan<UInt8>
  ) {
    start(.valueBegin, fieldCount: headCount(head) - 5 + key.count + 4, &output)
    fields(head, keyCount: key.count, &output)
    output.append(copying: key)
    output.append(bigEndian: UInt32(truncatingIfNeeded: valueCount))
  }

  /// The head of a fragment; exactly `byteCount` bytes of value must follow.
  @_lifetime(output: copy output)
  package static func fragment(byteCount: Int, into output: inout OutputSpan<UInt8>) {
    start(.fragment, fieldCount: byteCount, &output)
  }
  package static let fragmentHead = FrameLimits.length + 1

  @_lifetime(output: copy output)
  package static func delete(_ version: Version, key: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
    keyed(.delete, version, key, &output)
  }

  @_lifetime(output: copy output)
  package static func refused(_ version: Version, key: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
    keyed(.refused, version, key, &output)
  }

  /// For a ring only.
  @_lifetime(output: copy output)
  package static func reference(_ version: Version, key: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
    keyed(.reference, version, key, &output)
  }

  @_lifetime(output: copy output)
  package static func flush(_ state: FlushState, into output: inout OutputSpan<UInt8>) {
    start(.flush, fieldCount: 24, &output)
    output.append(bigEndian: state.floor.rawValue)
    output.append(bigEndian: state.issued.rawValue)
    output.append(bigEndian: state.due)
  }
  package static let flushCount = FrameLimits.length + 1 + 24

  @_lifetime(output: copy output)
  private static func keyed(
    _ kind: FrameKind, _ version: Version, _ key: Span<UInt8>, _ output: inout OutputSpan<UInt8>
  ) {
    start(kind, fieldCount: version.byteCount + 1 + key.count, &output)
    version.encode(into: &output)
    output.append(UInt8(truncatingIfNeeded: key.count))
    output.append(copying: key)
  }

  @_lifetime(output: copy output)
  @inline(__always)
  private static func fields(_ head: RecordHead, keyCount: Int, _ output: inout OutputSpan<UInt8>) {
    head.version.encode(into: &output, marks: head.marks)
    output.append(bigEndian: head.clientFlags)
    output.append(bigEndian: UInt64(bitPattern: head.remaining))
    output.append(UInt8(truncatingIfNeeded: keyCount))
  }

  @_lifetime(output: copy output)
  @inline(__always)
  static func start(_ kind: FrameKind, fieldCount: Int, _ output: inout OutputSpan<UInt8>) {
    output.append(bigEndian: UInt32(truncatingIfNeeded: fieldCount + 1))
    output.append(kind.rawValue)
  }
}
