import MemcacheProtocol

/// A key's bytes, in a place of their own.
struct KeyBytes: ~Copyable {
  private var room = InlineArray<250, UInt8>(repeating: 0)
  private var count = 0

  var bytes: Span<UInt8> {
    @_lifetime(borrow self) get { room.span.extracting(0..<count) }
  }

  mutating func decode(_ text: Span<UInt8>) {
    var span = room.mutableSpan
    count = Base64.decode(text, into: &span) ?? 0
  }

  mutating func copy(_ key: Span<UInt8>) {
    count = min(key.count, room.count)
    for place in 0..<count { room[place] = key[place] }
  }
}
