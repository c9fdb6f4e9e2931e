import ItemStore
import Platform
import TestSupport
import Testing

@testable import Replication

@Suite struct LegacyLineDecoderTests {
  private func decode(_ text: String) -> LegacyLineDecoding { decode([UInt8](text.utf8)) }
  private func decode(_ bytes: [UInt8]) -> LegacyLineDecoding { LegacyLineDecoder.decode(bytes.span) }

  static let samples: [(text: String, line: LegacyLine)] = [
    (
      "rep key 7 1900000000 5 4294967295\r\n",
      .record(LegacyHead(clientFlags: 7, expiresAtUnix: 1_900_000_000), key: 4..<7, valueCount: 5)
    ),
    ("rep k 4294967295 0 0 1\r\n", .record(LegacyHead(clientFlags: .max, expiresAtUnix: 0), key: 4..<5, valueCount: 0)),
    (
      "rep k 0 1700000000000 2 1\r\n",
      .record(LegacyHead(clientFlags: 0, expiresAtUnix: 1_700_000_000_000), key: 4..<5, valueCount: 2)
    ),
    ("rep k 0 -1 2 1\r\n", .record(LegacyHead(clientFlags: 0, expiresAtUnix: -1), key: 4..<5, valueCount: 2)),
    ("delete key\r\n", .delete(key: 7..<10)),
    ("delete key 0\r\n", .delete(key: 7..<10)),
    ("flush_all \r\n", .flush(unixSeconds: nil)),
    ("flush_all\r\n", .flush(unixSeconds: nil)),
    ("flush_all 1900000000\r\n", .flush(unixSeconds: 1_900_000_000)),
    ("marugoto_end\r\n", .copyEnd),
    ("marugoto_end\n", .copyEnd),
    ("repcached-hello 00ff\r\n", .hello),
    ("get k\r\n", .unknown),
    ("\r\n", .unknown),
    ("nobody knows this\r\n", .unknown),
  ]

  @Test("every word of repcached 2.x decodes to what it means, unknown ones to nothing")
  func words() {
    for sample in Self.samples {
      #expect(decode(sample.text + "x") == .line(sample.line, byteCount: sample.text.utf8.count), "\(sample.text)")
    }
  }

  @Test("a line cut off anywhere is incomplete")
  func dripFed() {
    for sample in Self.samples {
      let bytes = [UInt8](sample.text.utf8)
      for count in bytes.indices { #expect(decode(Array(bytes.prefix(count))) == .incomplete) }
    }
  }

  @Test(
    "a line of its own that does not hold together ends the link",
    arguments: [
      "rep\r\n", "rep k\r\n", "rep k 0 0 5\r\n", "rep k 0 0 -1 1\r\n", "rep k x 0 1 1\r\n",
      "rep k 4294967296 0 1 1\r\n",
      "rep k 0 0 1073741825 1\r\n", "rep k 0 0 99999999999999999999999 1\r\n", "delete \r\n", "flush_all soon\r\n",
      "rep " + String(repeating: "k", count: 251) + " 0 0 1 1\r\n",
    ])
  func broken(line: String) {
    guard case .malformed(.legacyLine) = decode(line) else { return #expect(Bool(false), "\(decode(line))") }
  }

  @Test("a line has at most 1024 bytes")
  func longLines() {
    #expect(decode([UInt8](repeating: 65, count: 1024)) == .incomplete)
    #expect(decode([UInt8](repeating: 65, count: 1024) + [10]) == .line(.unknown, byteCount: 1025))
    guard case .malformed = decode([UInt8](repeating: 65, count: 1025)) else { return #expect(Bool(false)) }
  }

  @Test("what is encoded decodes to the same, for every key that can be named")
  func roundTrip() {
    let key = [UInt8]("a:key/\u{e4}".utf8)
    let isNameable = LegacyLimits.canName(key.span)
    #expect(isNameable)
    var output = ByteBuffer(capacity: 0)
    let head = RecordHead(version: Version(.greatest), clientFlags: .max, remaining: 5)
    LegacyLineEncoder.record(head, 1_900_000_000, key: key.span, valueCount: 1 << 20, into: &output)
    let expected = LegacyHead(clientFlags: .max, expiresAtUnix: 1_900_000_000)
    let decoded = LegacyLineDecoder.decode(output.bytes)
    #expect(
      decoded
        == .line(.record(expected, key: 4..<4 + key.count, valueCount: 1 << 20), byteCount: output.count))
    for bad in [[], [32], [107, 13], [0], [127], [UInt8](repeating: 107, count: 251)] as [[UInt8]] {
      let isNameable = LegacyLimits.canName(bad.span)
      #expect(!isNameable)
    }
  }

  @Test("an expiry beyond 2038 is said as 2038: it reads 31 bits and would take the value for commands")
  func farExpiry() {
    var output = ByteBuffer(capacity: 0)
    let head = RecordHead(version: .zero, clientFlags: 0, remaining: 5)
    LegacyLineEncoder.record(head, .max, key: [107].span, valueCount: 0, into: &output)
    #expect(output.text == "rep k 0 2147483647 0 0\r\n")
  }

  @Test(
    "no bytes at all make it trap, and what it accepts lies within them", arguments: [TestSeeds.first])
  func fuzz(seed: UInt64) {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    for _ in 0..<100_000 {
      var bytes = [UInt8](Self.samples[Int.random(in: 0..<Self.samples.count, using: &random)].text.utf8)
      for _ in 0..<Int.random(in: 0...3, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      guard case .line(let line, let count) = decode(bytes) else { continue }
      #expect(count <= bytes.count)
      switch line {
      case .record(_, let key, let valueCount):
        #expect(!key.isEmpty && key.upperBound < count && valueCount <= FrameLimits.wholeValue)
      case .delete(let key): #expect(!key.isEmpty && key.upperBound < count)
      default: break
      }
    }
  }
}
