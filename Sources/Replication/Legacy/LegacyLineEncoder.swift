import ItemStore
import Platform

/// Lines as repcached 2.x reads them; each function makes the room that it needs. Callers have asked `LegacyLimits`.
enum LegacyLineEncoder {
  /// The line of an item. Exactly `valueCount` bytes and `lineEnd` must follow.
  ///
  /// The cas unique goes whole; it prints only 32 bits of it when it speaks of the item again.
  static func record(
    _ head: RecordHead, _ exptime: Int64, key: Span<UInt8>, valueCount: Int, into output: inout ByteBuffer
  ) {
    output.reserve(LegacyLimits.line)
    output.append("rep ")
    output.append(key)
    output.append(32)
    output.append(decimal: UInt64(head.clientFlags))
    output.append(32)
    output.append(decimal: UInt64(clamping: min(exptime, LegacyLimits.maxExpiry)))
    output.append(32)
    output.append(decimal: UInt64(valueCount))
    output.append(32)
    output.append(decimal: head.cas)
    output.append("\r\n")
  }

  static func value(_ value: Span<UInt8>, into output: inout ByteBuffer) {
    output.reserve(value.count)
    output.append(value)
  }

  static func lineEnd(into output: inout ByteBuffer) { line("\r\n", &output) }

  static func delete(_ key: Span<UInt8>, into output: inout ByteBuffer) {
    output.reserve(LegacyLimits.line)
    output.append("delete ")
    output.append(key)
    output.append("\r\n")
  }

  /// With the space: so it says it itself.
  static func flush(into output: inout ByteBuffer) { line("flush_all \r\n", &output) }

  static func flush(unixSeconds: UInt64, into output: inout ByteBuffer) {
    output.reserve(LegacyLimits.line)
    output.append("flush_all ")
    output.append(decimal: unixSeconds)
    output.append("\r\n")
  }

  static func copyEnd(into output: inout ByteBuffer) { line("marugoto_end\r\n", &output) }

  private static func line(_ text: StaticString, _ output: inout ByteBuffer) {
    output.reserve(LegacyLimits.line)
    output.append(text)
  }
}
