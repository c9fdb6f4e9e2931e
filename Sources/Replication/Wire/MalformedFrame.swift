/// What is wrong with bytes that are no frame. The link ends with it; there is no way back into step.
package enum MalformedFrame: Equatable, Sendable {
  case length(UInt32)
  case unknownKind(UInt8)
  /// The fields, the key and the value do not fill the frame.
  case fields(kind: UInt8)
  case key(count: Int)
  case value(count: UInt32)
  case notHello
  case helloLine
  /// Legal by itself, but not here: a fragment of nothing, a second hello.
  case outOfPlace(kind: UInt8)
  /// A stamp that lies so many seconds ahead of this side's clock.
  case future(seconds: UInt64)
  /// It acknowledges what was never sent.
  case acknowledgement
  /// It sends what is refused and does not read the refusals.
  case refusals
  /// A line of repcached 2.x that does not hold together, or a value without its end.
  case legacyLine(String)

  package var text: String {
    switch self {
    case .length(let length): "frame of \(length) bytes"
    case .unknownKind(let kind): "unknown frame \(kind)"
    case .fields(let kind): "wrong fields in frame \(kind)"
    case .key(let count): "key of \(count) bytes"
    case .value(let count): "value of \(count) bytes"
    case .notHello: "no hello"
    case .helloLine: "unreadable hello"
    case .outOfPlace(let kind): "frame \(kind) out of place"
    case .future(let seconds): "it has items from \(seconds) s ahead of this side's: its clock is wrong, or was"
    case .acknowledgement: "it acknowledges what was not sent"
    case .refusals: "refusals that are not read"
    case .legacyLine(let what): "a line of repcached 2.x: \(what)"
    }
  }
}
