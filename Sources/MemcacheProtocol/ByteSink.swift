/// Where answers go: a buffer that the caller owns. Writers are generic over it and specialize where they are called.
///
/// A sink does not grow or refuse. The caller asks its own buffer for room once for a whole answer, by the `maxCount`
/// constants, and then writes; appending beyond the room is a fault of the caller.
///
/// A short text is up to eight characters in a word, the first in its lowest byte, and their number.
@usableFromInline package protocol ByteSink: ~Copyable {
  typealias ShortText = (bytes: UInt64, count: Int)

  mutating func append(_ byte: UInt8)
  mutating func append(_ bytes: Span<UInt8>)
  mutating func append(_ text: StaticString)
  mutating func append(decimal: UInt64)
  /// A run of bytes between short texts.
  mutating func append(_ head: ShortText, _ run: Span<UInt8>, _ tail: ShortText)
  /// Two runs of bytes among short texts, in the order they are given: one look at the room for all.
  mutating func append(
    _ head: ShortText, _ first: Span<UInt8>, _ middle: ShortText, _ more: ShortText, _ second: Span<UInt8>,
    _ tail: ShortText)
}
