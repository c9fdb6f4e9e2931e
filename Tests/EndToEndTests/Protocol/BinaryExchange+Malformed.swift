import TestSupport

/// Frames that cannot be: behind them nobody knows where the next one begins, so the connection closes.
extension BinaryExchange {
  static let malformed =
    wrongParts.map { name, frame in
      BinaryExchange(name, [frame, .noop], ["#0 \(hex(frame.opcode)) 04 Invalid arguments"], closes: true)
    } + wrongCounts + wrongMagic

  private static let wrongParts: [(String, BinaryFrame)] = [
    ("get without a key", .init(0x00)), ("getq without a key", .init(0x09)),
    ("get with extras", .init(0x00, "a", extras: [1])),
    ("get with a value", .init(0x0c, "a", value: [1])), ("set without extras", .init(0x01, "a", value: [1])),
    ("set with extras too long", .init(0x11, "a", extras: Array(repeating: 0, count: 30))),
    ("add without a key", .init(0x02, extras: Array(repeating: 0, count: 8))),
    ("append with extras", .init(0x0e, "a", extras: [1])), ("prepend without a key", .init(0x0f, value: [1])),
    ("delete with a value", .init(0x04, "a", value: [1])), ("deleteq without a key", .init(0x14)),
    ("incr with short extras", .init(0x05, "a", extras: Array(repeating: 0, count: 19))),
    ("decr with a value", .init(0x06, "a", extras: Array(repeating: 0, count: 20), value: [1])),
    ("touch without extras", .init(0x1c, "a")), ("gat with long extras", .init(0x1d, "a", extras: [0, 0, 0, 0, 0])),
    ("gatk without a key", .init(0x23, extras: [0, 0, 0, 0])), ("flush with a key", .init(0x08, "a")),
    ("flushq with short extras", .init(0x18, extras: [1, 2])), ("noop with a key", .init(0x0a, "a")),
    ("version with a value", .init(0x0b, value: [1])), ("quit with extras", .init(0x07, extras: [1])),
    ("stat with extras", .init(0x10, extras: [1])), ("a list of mechanisms with a key", .init(0x20, "a")),
    ("authentication without a mechanism", .init(0x21, value: [1])),
  ]

  private static let wrongCounts = [
    BinaryExchange(
      "a key longer than the body", [.init(0x00, "abc", bodyCount: 2), .noop], ["#0 00 81 Unknown command"],
      closes: true),
    BinaryExchange(
      "key and extras longer than the body", [.init(0x01, "abc", extras: [1], bodyCount: 3), .noop],
      ["#0 01 81 Unknown command"], closes: true),
    BinaryExchange(
      "the longest key there can be, of no body", [.init(0x00, String(repeating: "k", count: 65_535), bodyCount: 0)],
      ["#0 00 81 Unknown command"], closes: true),
    BinaryExchange(
      "a key of 251 bytes", [.get(String(repeating: "k", count: 251)), .noop], ["#0 00 04 Invalid arguments"],
      closes: true),
    BinaryExchange(
      "a key of 251 bytes, quietly", [.set(String(repeating: "k", count: 251), "v", 0x11), .noop],
      ["#0 11 04 Invalid arguments"], closes: true),
    BinaryExchange(
      "a body of more than a gigabyte",
      [.init(0x01, "a", extras: Array(repeating: 0, count: 8), bodyCount: 1 << 30 + 1)], ["#0 01 04 Invalid arguments"],
      closes: true),
    BinaryExchange(
      "a body of four gigabytes", [.init(0x01, "a", extras: Array(repeating: 0, count: 8), bodyCount: .max)],
      ["#0 01 04 Invalid arguments"], closes: true),
  ]

  private static let wrongMagic = [
    BinaryExchange("a wrong magic behind a request", [.noop, garbage, .noop], ["#0 0a 00"], closes: true)
  ]

  private static var garbage: BinaryFrame {
    var frame = BinaryFrame.noop
    frame.magic = 0x81
    return frame
  }

  private static func hex(_ byte: UInt8) -> String { (byte < 16 ? "0" : "") + String(byte, radix: 16) }
}
