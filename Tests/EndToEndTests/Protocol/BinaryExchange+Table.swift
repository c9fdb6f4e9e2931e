import TestSupport

// docs/protocol.md, The binary protocol, as rows: every opcode, loud and quiet, and what is wrong with a frame. Where an answer has a
// cas unique, the row says `cas`.

extension BinaryExchange {
  static let table = storage + extending + retrieval + touching + deletion + arithmetic + administration + malformed

  private static let exists = "Data exists for key."

  private static let storage = [
    BinaryExchange(
      "set and get", [.set("a", "xy", flags: 5), .get("a")], ["#0 01 00 cas", "#1 00 00 cas extras=00000005 xy"]),
    BinaryExchange("an empty value", [.set("a", ""), .get("a")], ["#0 01 00 cas", "#1 00 00 cas extras=00000000"]),
    BinaryExchange(
      "the largest flags, and an exptime far away", [.set("a", "1", flags: .max, exptime: .max), .get("a")],
      ["#0 01 00 cas", "#1 00 00 cas extras=ffffffff 1"]),
    BinaryExchange(
      "an exptime that is past", [.set("a", "1", exptime: 1_000_000_000), .get("a")],
      ["#0 01 00 cas", "#1 00 01 Not found"]),
    BinaryExchange(
      "add", [.set("a", "1", 0x02), .set("a", "2", 0x02), .set("a", "3", 0x12), .set("b", "4", 0x12), .get("a")],
      ["#0 02 00 cas", "#1 02 02 \(exists)", "#2 12 02 \(exists)", "#4 00 00 cas extras=00000000 1"]),
    BinaryExchange(
      "replace",
      [.set("a", "1", 0x03), .set("a", "1", 0x13), .set("a", "1"), .set("a", "2", 0x03), .set("a", "3", 0x13)],
      ["#0 03 01 Not found", "#1 13 01 Not found", "#2 01 00 cas", "#3 03 00 cas"]),
    BinaryExchange("setq is silent", [.set("a", "1", 0x11), .get("a")], ["#1 00 00 cas extras=00000000 1"]),
    BinaryExchange(
      "with a cas unique that is another's",
      [
        .set("a", "1"), .set("a", "2", cas: 1), .set("a", "2", cas: 1, 0x11), .set("a", "2", cas: 1, 0x02),
        .set("a", "2", cas: 1, 0x03), .set("a", "2", cas: .max, 0x13), .get("a"),
      ],
      [
        "#0 01 00 cas", "#1 01 02 \(exists)", "#2 11 02 \(exists)", "#3 02 02 \(exists)", "#4 03 02 \(exists)",
        "#5 13 02 \(exists)", "#6 00 00 cas extras=00000000 1",
      ]),
    BinaryExchange(
      "with a cas unique, where nothing is",
      [
        .set("a", "1", cas: 1), .set("a", "1", cas: 1, 0x02), .set("a", "1", cas: 1, 0x03),
        .set("a", "1", cas: 1, 0x11),
      ],
      ["#0 01 01 Not found", "#1 02 01 Not found", "#2 03 01 Not found", "#3 11 01 Not found"]),
    BinaryExchange(
      "a set that is too large takes the old value with it",
      [.set("a", "1"), .set("a", tooLarge), .get("a"), .set("a", "1"), .set("a", tooLarge, 0x11), .get("a")],
      [
        "#0 01 00 cas", "#1 01 03 Too large.", "#2 00 01 Not found", "#3 01 00 cas", "#4 11 03 Too large.",
        "#5 00 01 Not found",
      ]),
    BinaryExchange(
      "and one with a cas unique, too; the others leave it",
      [.set("a", "1"), .set("a", tooLarge, 0x02), .append("a", tooLarge), .set("a", tooLarge, cas: 7), .get("a")],
      ["#0 01 00 cas", "#1 02 03 Too large.", "#2 0e 03 Too large.", "#3 01 03 Too large.", "#4 00 01 Not found"]),
  ]

  private static let tooLarge = String(repeating: "x", count: 1_100_000)

  private static let extending = [
    BinaryExchange(
      "append and prepend keep the flags",
      [
        .set("a", "1", flags: 7), .append("a", "2"), .append("a", "0", 0x0f), .append("a", "3", 0x19),
        .append("a", "-", 0x1a), .get("a"),
      ],
      ["#0 01 00 cas", "#1 0e 00 cas", "#2 0f 00 cas", "#5 00 00 cas extras=00000007 -0123"]),
    BinaryExchange(
      "append and prepend to nothing",
      [
        .append("a", "1"), .append("a", "1", 0x19), .append("a", "1", 0x0f), .append("a", "1", 0x1a),
        .append("a", "1", cas: 5),
      ],
      ["0e", "19", "0f", "1a", "0e"].enumerated().map { "#\($0) \($1) 05 Not stored." }),
    BinaryExchange(
      "append and prepend with a cas unique that is another's",
      [.set("a", "1"), .append("a", "2", cas: 5), .append("a", "2", cas: 5, 0x1a), .get("a")],
      ["#0 01 00 cas", "#1 0e 02 \(exists)", "#2 1a 02 \(exists)", "#3 00 00 cas extras=00000000 1"]),
    BinaryExchange(
      "append that makes it too large",
      [
        .set("a", String(repeating: "1", count: 600_000)), .append("a", String(repeating: "2", count: 600_000)),
        .get("a"),
      ],
      ["#0 01 00 cas", "#1 0e 05 Not stored.", "#2 00 00 cas extras=00000000 600000 bytes"]),
  ]

  private static let retrieval = [
    BinaryExchange(
      "get, getq, getk, getkq", [.set("a", "v"), .get("a"), .get("a", 0x09), .get("a", 0x0c), .get("a", 0x0d)],
      [
        "#0 01 00 cas", "#1 00 00 cas extras=00000000 v", "#2 09 00 cas extras=00000000 v",
        "#3 0c 00 cas extras=00000000 key=a v", "#4 0d 00 cas extras=00000000 key=a v",
      ]),
    BinaryExchange(
      "of nothing", [.get("a"), .get("a", 0x09), .get("a", 0x0c), .get("a", 0x0d)],
      ["#0 00 01 Not found", "#2 0c 01 key=a"]),
    BinaryExchange(
      "the longest key", [.set(longestKey, "1"), .get(longestKey, 0x0c), .delete(longestKey)],
      ["#0 01 00 cas", "#1 0c 00 cas extras=00000000 key=\(longestKey) 1", "#2 04 00"]),
    BinaryExchange(
      "a key with blanks and line ends", [.set("a b\r\n\0", "1"), .get("a b\r\n\0"), .delete("a b\r\n\0")],
      ["#0 01 00 cas", "#1 00 00 cas extras=00000000 1", "#2 04 00"]),
    BinaryExchange(
      "a large value, and what stands around it",
      [.set("a", large), .noop, .get("a", 0x0d), .get("b", 0x09), .noop, .get("a", 0x0c), .noop],
      [
        "#0 01 00 cas", "#1 0a 00", "#2 0d 00 cas extras=00000000 key=a 300000 bytes", "#4 0a 00",
        "#5 0c 00 cas extras=00000000 key=a 300000 bytes", "#6 0a 00",
      ]),
  ]

  private static let large = String(repeating: "l", count: 300_000)
  private static let longestKey = String(repeating: "k", count: 250)

  private static let touching = [
    BinaryExchange(
      "touch, gat, gatq, gatk, gatkq",
      [
        .set("a", "v", flags: 3), .touch("a", 0), .touch("a", 0, 0x1d), .touch("a", 0, 0x1e), .touch("a", 0, 0x23),
        .touch("a", 0, 0x24),
      ],
      [
        "#0 01 00 cas", "#1 1c 00 cas extras=00000003", "#2 1d 00 cas extras=00000003 v",
        "#3 1e 00 cas extras=00000003 v", "#4 23 00 cas extras=00000003 key=a v",
        "#5 24 00 cas extras=00000003 key=a v",
      ]),
    BinaryExchange(
      "of nothing",
      [.touch("a", 0), .touch("a", 0, 0x1d), .touch("a", 0, 0x1e), .touch("a", 0, 0x23), .touch("a", 0, 0x24)],
      ["#0 1c 01 Not found", "#1 1d 01 Not found", "#3 23 01 key=a"]),
    BinaryExchange(
      "to a time that is past", [.set("a", "v"), .touch("a", 1_000_000_000), .get("a")],
      ["#0 01 00 cas", "#1 1c 00 cas extras=00000000", "#2 00 01 Not found"]),
  ]

  private static let deletion = [
    BinaryExchange(
      "delete", [.set("a", "1"), .delete("a"), .delete("a"), .set("a", "1"), .delete("a", 0x14), .delete("a", 0x14)],
      ["#0 01 00 cas", "#1 04 00", "#2 04 01 Not found", "#3 01 00 cas", "#5 14 01 Not found"]),
    BinaryExchange(
      "with a cas unique that is another's",
      [.set("a", "1"), .delete("a", cas: 5), .delete("a", cas: 5, 0x14), .get("a"), .delete("b", cas: 5)],
      [
        "#0 01 00 cas", "#1 04 02 \(exists)", "#2 14 02 \(exists)", "#3 00 00 cas extras=00000000 1",
        "#4 04 01 Not found",
      ]),
  ]

  private static let notNumeric = "Non-numeric server-side value for incr or decr"

  private static let arithmetic = [
    BinaryExchange(
      "of nothing",
      [
        .increment("n", by: 1, initial: 5), .increment("n", by: 1, 0x15), .increment("n", by: 1, 0x06),
        .increment("n", by: 1, 0x16),
      ],
      ["05", "15", "06", "16"].enumerated().map { "#\($0) \($1) 01 Not found" }),
    BinaryExchange(
      "with a number to begin with",
      [
        .increment("n", by: 1, initial: 5, exptime: 0), .increment("n", by: 1, initial: 5, exptime: 0),
        .increment("n", by: 1, 0x15), .increment("n", by: 2, 0x16), .increment("n", by: 100, 0x06), .get("n"),
      ],
      [
        "#0 05 00 cas 0000000000000005", "#1 05 00 cas 0000000000000006", "#4 06 00 cas 0000000000000000",
        "#5 00 00 cas extras=00000000 0",
      ]),
    BinaryExchange(
      "and one of no time to live", [.increment("n", by: 1, initial: 5, exptime: 1_000_000_000), .get("n")],
      ["#0 05 00 cas 0000000000000005", "#1 00 01 Not found"]),
    BinaryExchange(
      "quietly, and beyond 64 bits",
      [.increment("n", by: 1, initial: .max, exptime: 0, 0x15), .increment("n", by: 3)],
      ["#1 05 00 cas 0000000000000002"]),
    BinaryExchange(
      "of no number, also with a wrong cas unique",
      [
        .set("a", "x"), .increment("a", by: 1), .increment("a", by: 1, 0x16), .increment("a", by: 1, cas: 5),
        .set("a", ""), .increment("a", by: 1, cas: 5),
      ],
      [
        "#0 01 00 cas", "#1 05 06 \(notNumeric)", "#2 16 06 \(notNumeric)", "#3 05 02 \(exists)", "#4 01 00 cas",
        "#5 05 06 \(notNumeric)",
      ]),
    BinaryExchange(
      "with a cas unique",
      [
        .increment("n", by: 1, initial: 7, exptime: 0, cas: 5), .increment("n", by: 1, cas: 5),
        .increment("n", by: 1, cas: 5, 0x15),
      ],
      ["#0 05 00 cas 0000000000000007", "#1 05 02 \(exists)", "#2 15 02 \(exists)"]),
  ]

  private static let administration = [
    BinaryExchange("noop", [.noop], ["#0 0a 00"]),
    BinaryExchange("quit", [.init(0x07), .noop], ["#0 07 00"], closes: true),
    BinaryExchange("quitq", [.set("a", "1"), .init(0x17), .noop], ["#0 01 00 cas"], closes: true),
    BinaryExchange(
      "stat of groups that there are not",
      [
        .init(0x10, "nope"), .init(0x10, "itemsx"), .init(0x10, "conns"), .init(0x10, "detail"),
        .init(0x10, "detail x"),
      ],
      (0..<5).map { "#\($0) 10 01 Not found" }),
    BinaryExchange(
      "stat of what is switched",
      [.init(0x10, "detail on"), .init(0x10, "detail off"), .init(0x10, "sizes"), .init(0x10, "resetx")],
      ["#0 10 00", "#1 10 00", "#2 10 00 key=sizes_status disabled", "#2 10 00", "#3 10 00"]),
    BinaryExchange(
      "verbosity, which memcached does not know", [.init(0x1b, extras: [0, 0, 0, 0]), .noop], ["#0 1b 00", "#1 0a 00"],
      memcached: ["#0 1b 81 Unknown command"]),
    BinaryExchange(
      "what must log in, where nobody must",
      [.init(0x20), .init(0x21, "PLAIN", value: [0, 1, 0, 2]), .init(0x22, "PLAIN", value: [1])],
      ["#0 20 81 Unknown command", "#1 21 81 Unknown command", "#2 22 81 Unknown command"]),
    BinaryExchange(
      "opcodes that there are not", [.init(0x1b), .init(0x25), .init(0xff), .init(0x41, value: [1, 2, 3]), .noop],
      [
        "#0 1b 81 Unknown command", "#1 25 81 Unknown command", "#2 ff 81 Unknown command", "#3 41 81 Unknown command",
        "#4 0a 00",
      ]),
    BinaryExchange(
      "and with a key and extras, behind which memcached drops as many bytes again",
      [.init(0x25, "key", extras: [1], value: [1, 2]), .noop], ["#0 25 81 Unknown command", "#1 0a 00"],
      memcached: ["#0 25 81 Unknown command"]),
    BinaryExchange(
      "touch with a value behind the key, which memcached takes for the next request",
      [.set("a", "1"), BinaryFrame(0x1c, "a", extras: [0, 0, 0, 0], value: BinaryFrame.noop.bytes), .noop],
      ["#0 01 00 cas", "#1 1c 00 cas extras=00000000", "#2 0a 00"],
      memcached: ["#0 01 00 cas", "#1 1c 00 cas extras=00000000", "#0 0a 00", "#2 0a 00"]),
  ]
}
