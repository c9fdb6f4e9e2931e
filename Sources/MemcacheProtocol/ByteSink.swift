/// Where answers go: a buffer that the caller owns. Writers are generic over it and specialize where they are called.
///
/// A sink does not grow or refuse. The caller asks its own buffer for room once for a whole answer, by the `maxCount`
/// constants, and then writes; appending beyond the room is a fault of the caller.
@usableFromInline package protocol ByteSink: ~Copyable {
  mutating func append(_ byte: UInt8)
  mutating func append(_ bytes: Span<UInt8>)
  mutating func append(_ text: StaticString)
  mutating func append(decimal: UInt64)
}
