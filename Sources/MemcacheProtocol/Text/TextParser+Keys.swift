// What clients send nearly always, read without a `TextRequest`: the keys of a canonical `get` or `gets`, and a `set`.
//
// One pass over a line's bytes finds its keys and its end. Only what the general way would read alike is taken: a whole
// line that ends in CRLF right behind its last key, whose keys hold no control byte and are no longer than a key may be.
// All else is nil, and for `parse`; the tests feed both the same bytes.

extension TextParser {
  /// Keys that were found: how many there are then in the list, and where the next request begins; of a line that has not
  /// ended, for there was no room for all of its keys or not all have come, where the next key begins.
  package typealias FoundKeys = (count: Int, next: Int, isEnded: Bool)

  /// The keys of a retrieval at `offset`, put into `keys` behind the first `count`.
  package static func keys(
    of input: Span<UInt8>, from offset: Int, into keys: inout MutableSpan<RequestKey>, behind count: Int
  ) -> FoundKeys? {
    guard offset >= 0, offset <= input.count &- 8 else { return nil }
    let verb = input.word(at: offset)
    let isGet = verb & 0xffff_ffff == UInt64(ascii: "g", "e", "t", " ")
    guard isGet || verb & 0xff_ffff_ffff == UInt64(ascii: "g", "e", "t", "s", " ") else { return nil }
    return self.keys(
      of: input, at: offset &+ (isGet ? 4 : 5), role: isGet ? [] : .withCAS, into: &keys, behind: count)
  }

  /// The same from one of its keys on.
  @inline(__always)
  package static func keys(
    of input: Span<UInt8>, at first: Int, role: RequestKey.Role, into keys: inout MutableSpan<RequestKey>,
    behind count: Int
  ) -> FoundKeys? {
    var start = first
    var found = count
    while true {
      let stop = input.firstBlank(from: start)
      guard stop &+ 1 < input.count else { return found > count ? (found, start, false) : nil }
      if stop > start {
        guard stop &- start <= ProtocolLimits.maxKeyCount, found < keys.count else {
          return stop &- start <= ProtocolLimits.maxKeyCount ? (found, start, false) : nil
        }
        keys[found] = RequestKey(start: start, count: stop &- start, role: role)
        found &+= 1
      }
      if input[stop] == UInt8.space {
        start = stop &+ 1
        continue
      }
      guard input[stop] == UInt8.carriageReturn, input[stop &+ 1] == UInt8.newline, stop > start else { return nil }
      keys[found &- 1].role = role.union(.last)
      return (found, stop &+ 2, true)
    }
  }

  /// The header of a `set` at `offset`, and how long its line is.
  package static func storage(_ input: Span<UInt8>, from offset: Int) -> (header: StorageHeader, count: Int)? {
    guard offset >= 0, offset <= input.count &- 8 else { return nil }
    guard input.word(at: offset) & 0xffff_ffff == UInt64(ascii: "s", "e", "t", " "),
      case .request(.storage(let header), let count) = parseSet(input, from: offset, bufferIsFull: false)
    else { return nil }
    return (header, count)
  }
}
