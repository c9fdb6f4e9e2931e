import MemcacheProtocol
import TestSupport
import Testing

@Suite("Requests of the binary protocol")
struct BinaryParserTests {
  private static func parse(_ frame: BinaryFrame) -> BinaryParser.Parse { BinaryParser.parse(frame.bytes.span) }

  private static func command(_ frame: BinaryFrame) -> BinaryRequest.Command? {
    guard case .request(let request) = parse(frame) else { return nil }
    return request.command
  }

  private static let commands: [(BinaryFrame, BinaryRequest.Command, isQuiet: Bool)] = [
    (.get("k"), .retrieve(.init(withKey: false)), false), (.get("k", 0x09), .retrieve(.init(withKey: false)), true),
    (.get("k", 0x0c), .retrieve(.init(withKey: true)), false), (.get("k", 0x0d), .retrieve(.init(withKey: true)), true),
    (.set("k", "v", flags: 5, exptime: 7), .store(.set, flags: 5, exptime: 7), false),
    (.set("k", "v", flags: .max, exptime: .max, 0x11), .store(.set, flags: .max, exptime: .max), true),
    (.set("k", "v", 0x02), .store(.add, flags: 0, exptime: 0), false),
    (.set("k", "v", 0x12), .store(.add, flags: 0, exptime: 0), true),
    (.set("k", "v", 0x03), .store(.replace, flags: 0, exptime: 0), false),
    (.set("k", "v", 0x13), .store(.replace, flags: 0, exptime: 0), true),
    (.append("k", "v"), .extend(isAppend: true), false), (.append("k", "v", 0x19), .extend(isAppend: true), true),
    (.append("k", "v", 0x0f), .extend(isAppend: false), false),
    (.append("k", "v", 0x1a), .extend(isAppend: false), true),
    (.delete("k"), .delete, false), (.delete("k", 0x14), .delete, true),
    (.increment("k", by: 1, initial: 2, exptime: 3), arithmetic(true), false),
    (.increment("k", by: 1, initial: 2, exptime: 3, 0x15), arithmetic(true), true),
    (.increment("k", by: 1, initial: 2, exptime: 3, 0x06), arithmetic(false), false),
    (.increment("k", by: 1, initial: 2, exptime: 3, 0x16), arithmetic(false), true),
    (.touch("k", 9), .retrieve(.init(9, withKey: false, withValue: false)), false),
    (.touch("k", 9, 0x1d), .retrieve(.init(9, withKey: false)), false),
    (.touch("k", 9, 0x1e), .retrieve(.init(9, withKey: false)), true),
    (.touch("k", 9, 0x23), .retrieve(.init(9, withKey: true)), false),
    (.touch("k", 9, 0x24), .retrieve(.init(9, withKey: true)), true),
    (.init(0x08), .flush(delay: 0), false), (.init(0x08, extras: [0, 0, 1, 0]), .flush(delay: 256), false),
    (.init(0x18), .flush(delay: 0), true), (.noop, .noop, false), (.init(0x0b), .version, false),
    (.init(0x07), .quit, false), (.init(0x17), .quit, true), (.init(0x10), .stat, false),
    (.init(0x10, "items"), .stat, false), (.init(0x1b, extras: [0, 0, 0, 2]), .verbosity(2), false),
    (.init(0x20), .listMechanisms, false), (.init(0x21, "PLAIN"), .authenticate(isStep: false), false),
    (.init(0x22, "PLAIN"), .authenticate(isStep: true), false),
    (.init(0x1b), .unknown, false), (.init(0x1b, extras: [0, 0, 0, 0], value: [1]), .unknown, false),
    (.init(0x1f), .unknown, false), (.init(0xff, "k", extras: [1], value: [2]), .unknown, false),
  ]

  private static func arithmetic(_ isIncrement: Bool) -> BinaryRequest.Command {
    .arithmetic(BinaryArithmetic(isIncrement: isIncrement, delta: 1, initial: 2, exptime: 3))
  }

  @Test("are read with all that they say") func read() throws {
    for (frame, command, isQuiet) in Self.commands {
      guard case .request(let request) = Self.parse(frame) else {
        Issue.record("\(frame.opcode) is not read")
        continue
      }
      #expect(request.command == command && request.isQuiet == isQuiet, "opcode \(frame.opcode)")
      #expect(request.key.count == frame.key.count && request.valueCount == frame.value.count)
      #expect(request.next + frame.value.count == frame.bytes.count)
      #expect(frame.key.isEmpty || frame.bytes[request.key.lowerBound] == frame.key[0])
    }
  }

  @Test("are the same behind others, and incomplete until header, extras and key are there") func split() throws {
    for (frame, _, _) in Self.commands {
      let bytes = frame.bytes
      let lead = bytes.count - frame.value.count
      for count in 0..<lead { #expect(BinaryParser.parse(Array(bytes[..<count]).span) == .incomplete) }
      let behind = Array("get a\r\n".utf8) + bytes + [0x80]
      guard case .request(let request) = BinaryParser.parse(behind.span, from: 7),
        case .request(let alone) = BinaryParser.parse(Array(bytes[..<lead]).span)
      else {
        Issue.record("\(frame.opcode) is not read")
        continue
      }
      #expect(request.command == alone.command && request.header == alone.header && request.next == 7 + alone.next)
    }
  }

  @Test("carry opaque and cas unique") func numbers() throws {
    var frame = BinaryFrame.get("k")
    (frame.opaque, frame.cas) = (0xdead_beef, 0x0102_0304_0506_0708)
    guard case .request(let request) = Self.parse(frame) else { throw CancellationError() }
    #expect(request.header.opaque == 0xdead_beef && request.header.cas == 0x0102_0304_0506_0708)
  }

  @Test(
    "that say what they must not, or lack what they need, are refused",
    arguments: [
      BinaryFrame(0x00), .init(0x00, "k", extras: [0]), .init(0x09, "k", value: [0]), .init(0x01, "k", value: [1]),
      .init(0x01, extras: Array(repeating: 0, count: 8)), .init(0x01, "k", extras: Array(repeating: 0, count: 9)),
      .init(0x0e, value: [1]), .init(0x19, "k", extras: [1]), .init(0x04), .init(0x04, "k", value: [1]),
      .init(0x05, "k", extras: Array(repeating: 0, count: 19)), .init(0x05, extras: Array(repeating: 0, count: 20)),
      .init(0x05, "k", extras: Array(repeating: 0, count: 20), value: [1]), .init(0x1c, "k"), .init(0x1d, "k"),
      .init(0x24, extras: [0, 0, 0, 0]), .init(0x08, "k"), .init(0x08, extras: [0]),
      .init(0x08, extras: [0, 0, 0, 0], value: [0]), .init(0x0a, "k"), .init(0x0b, value: [1]),
      .init(0x07, extras: [1]),
      .init(0x17, "k"), .init(0x10, extras: [1]),
      .init(0x20, "k"), .init(0x21), .init(0x22, "k", extras: [0]),
    ])
  func malformed(_ frame: BinaryFrame) {
    #expect(Self.command(frame) == .refused(.invalidArguments, behind: 0))
  }

  @Test("whose counts cannot be are refused at once, to be answered behind what is no key") func counts() {
    let long = String(repeating: "k", count: 251)
    #expect(Self.command(.init(0x00, long)) == .refused(.invalidArguments, behind: 251))
    #expect(Self.command(.init(0x00, String(long.dropLast()))) == .retrieve(.init(withKey: false)))
    #expect(Self.command(.init(0x00, "abc", bodyCount: 2)) == .refused(.unknownCommand, behind: 3))
    #expect(Self.command(.init(0x25, "abc", extras: [1], bodyCount: 3)) == .refused(.unknownCommand, behind: 4))
    #expect(Self.command(.init(0x00, keyCount: .max, bodyCount: 0)) == .refused(.unknownCommand, behind: 65_535))
    let tooMuch = UInt32(1 << 30) + 1
    #expect(Self.command(.set("k", "", 0x01).with(bodyCount: tooMuch)) == .refused(.invalidArguments, behind: 9))
    #expect(Self.command(.set("k", "", 0x01).with(bodyCount: tooMuch - 1)) == .store(.set, flags: 0, exptime: 0))
  }

  @Test("begin with their magic, or nothing more is read", arguments: [UInt8(0x81), 0x00, 0x67, 0x7f, 0xff])
  func magic(_ byte: UInt8) {
    var frame = BinaryFrame.noop
    frame.magic = byte
    #expect(Self.parse(frame) == .close)
    #expect(BinaryParser.parse(Array(frame.bytes.dropLast()).span) == .incomplete)
  }

  @Test("can be looked at before they are executed: where the key stands, and the next one begins") func lookahead() {
    let bytes = BinaryFrame.get("key").bytes + BinaryFrame.set("other", "value").bytes + [0x80, 1, 2]
    let first = BinaryParser.key(of: bytes.span, at: 0)
    #expect(first?.key == ByteRange(start: 24, count: 3) && first?.next == 27)
    let second = BinaryParser.key(of: bytes.span, at: 27)
    #expect(second?.key == ByteRange(start: 59, count: 5) && second?.next == 69)
    #expect(BinaryParser.key(of: bytes.span, at: 69) == nil)
    #expect(BinaryParser.key(of: bytes.span, at: 1_000) == nil)
    #expect(BinaryParser.key(of: BinaryFrame(0, "abc", bodyCount: 2).bytes.span, at: 0) == nil)
    #expect(BinaryParser.key(of: Array(BinaryFrame.get("key").bytes.dropLast()).span, at: 0) == nil)
  }

  @Test("of random bytes never trap, and what is read lies in the input") func random() {
    var random = SeededRandom(seed: 13)
    for _ in 0..<200_000 {
      var bytes = (0..<random.below(80)).map { _ in UInt8(truncatingIfNeeded: random.next()) }
      if bytes.count > 12, random.below(4) > 0 {
        bytes.replaceSubrange(0..<2, with: [0x80, UInt8(random.below(0x28))])
        bytes.replaceSubrange(2..<5, with: [0, UInt8(random.below(20)), UInt8([0, 4, 8, 20, 255][random.below(5)])])
        bytes.replaceSubrange(8..<12, with: [0, 0, 0, UInt8(random.below(60))])
      }
      _ = BinaryParser.key(of: bytes.span, at: random.below(90))
      guard case .request(let request) = BinaryParser.parse(bytes.span) else { continue }
      #expect(request.next <= bytes.count && request.key.upperBound <= bytes.count)
      if case .refused = request.command { continue }
      #expect(request.valueCount >= 0 && request.key.count <= 250)
    }
  }
}

extension BinaryFrame {
  fileprivate func with(bodyCount: UInt32) -> Self {
    var frame = self
    frame.bodyCount = bodyCount
    return frame
  }
}
