/// What a client says of itself by the SASL mechanism PLAIN (RFC 4616): three texts with a zero byte between them, as whom it
/// wants to act, who it is, and its password.
package struct PlainCredentials: Hashable, Sendable, BitwiseCopyable {
  package let user: ByteRange
  package let password: ByteRange

  /// The mechanism's name, as clients ask for it and as the server lists it.
  package static var name: StaticString { "PLAIN" }

  /// Nil where the message is no such thing, or where somebody wants to act as another than he is.
  package init?(_ input: Span<UInt8>, from start: Int, count: Int) {
    let end = start &+ count
    guard let first = Self.zero(input, from: start, to: end),
      let second = Self.zero(input, from: first &+ 1, to: end),
      Self.zero(input, from: second &+ 1, to: end) == nil
    else { return nil }
    user = ByteRange(start: first &+ 1, count: second &- first &- 1)
    password = ByteRange(start: second &+ 1, count: end &- second &- 1)
    guard first == start || Self.areEqual(input, ByteRange(start: start, count: first &- start), user) else {
      return nil
    }
  }

  private static func zero(_ input: Span<UInt8>, from start: Int, to end: Int) -> Int? {
    var index = start
    while index < end {
      if input[index] == 0 { return index }
      index &+= 1
    }
    return nil
  }

  /// Of two texts that one client has sent; neither is a secret.
  private static func areEqual(_ input: Span<UInt8>, _ one: ByteRange, _ other: ByteRange) -> Bool {
    guard one.count == other.count else { return false }
    for index in 0..<one.count where input[one.lowerBound &+ index] != input[other.lowerBound &+ index] {
      return false
    }
    return true
  }
}
