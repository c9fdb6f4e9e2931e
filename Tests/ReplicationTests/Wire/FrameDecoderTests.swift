import TestSupport
import Testing

@testable import Replication

@Suite struct FrameDecoderTests {
  private func decode(_ bytes: [UInt8]) -> FrameDecoding { FrameDecoder.decode(bytes.span) }

  @Test("every frame decodes to what was encoded, and uses up exactly its bytes")
  func roundTrips() {
    for sample in WireSamples.all {
      let bytes = sample.bytes + [0, 0]
      #expect(decode(bytes) == .frame(sample.frame, byteCount: sample.bytes.count))
      #expect(sample.bytes.count <= FrameLimits.frame)
      #expect(sample.bytes[0] == 0, "no text begins like a frame")
    }
    for sample in WireSamples.control { #expect(sample.bytes.count <= FrameEncoder.controlCount) }
    let longest = WireSamples.maxHead
    #expect(WireSamples.valueBegin(WireSamples.maxKey, 1, head: longest).count <= FrameEncoder.controlCount)
    #expect(WireSamples.delete(WireSamples.maxKey, longest.version).count <= FrameEncoder.controlCount)
  }

  @Test("a frame cut off anywhere is incomplete")
  func dripFed() {
    for sample in WireSamples.all where sample.bytes.count < 1000 {
      for count in 0..<sample.bytes.count { #expect(decode(Array(sample.bytes.prefix(count))) == .incomplete) }
    }
  }

  @Test("a length of nothing or over the cap is refused before its bytes arrive")
  func lengths() {
    #expect(decode([0, 0, 0, 0]) == .malformed(.length(0)))
    #expect(decode([255, 255, 255, 255]) == .malformed(.length(.max)))
    #expect(decode([0, 2, 0, 0]) == .malformed(.length(1 << 17)))
  }

  @Test("keys of 0 and of 251 bytes, unknown kinds, missing and spare fields are refused")
  func fields() {
    var noKey = WireSamples.delete([])
    #expect(decode(noKey) == .malformed(.key(count: 0)))
    noKey[14] = 251
    #expect(decode(noKey) == .malformed(.key(count: 251)))
    #expect(decode([0, 0, 0, 1, 99]) == .malformed(.unknownKind(99)))
    #expect(decode([0, 0, 0, 2, 13, 1]) == .malformed(.fields(kind: 13)))
    #expect(decode([0, 0, 0, 2, 10, 1]) == .malformed(.fields(kind: 10)))
    let tooGreat: [UInt8] = [0, 0, 0, 9, 13, 255, 255, 255, 255, 255, 255, 255, 255]
    #expect(decode(tooGreat) == .malformed(.fields(kind: 13)))
  }

  /// The kinds of frame that have a state's stamps, with three that differ.
  static let stamped = [
    WireSamples.record(WireSamples.key, [1], head: WireSamples.maxHead),
    WireSamples.valueBegin(WireSamples.key, 1, head: WireSamples.maxHead),
    WireSamples.delete(WireSamples.key, WireSamples.maxHead.version),
    WireSamples.refused(WireSamples.key, WireSamples.maxHead.version),
  ]

  @Test("a state that was changed after it was touched, or has what nobody knows, is refused", arguments: stamped)
  func extensions(bytes: [UInt8]) {
    let kind = bytes[4]
    #expect(bytes[13] == 3)
    let isItem = kind == FrameKind.record.rawValue || kind == FrameKind.valueBegin.rawValue
    for which: UInt8 in [8, 11, 128, 255] + (isItem ? [] : [4, 7]) {
      var other = bytes
      other[13] = which
      #expect(decode(other) == .malformed(.fields(kind: kind)))
    }
    let (changed, touched) = (
      WireSamples.maxHead.version.changed.rawValue, WireSamples.head.version.touched.rawValue
    )
    for (place, least) in [(14, touched), (22, changed)] {
      for stamp in [least, least + 1, .max] {
        var other = bytes
        for index in 0..<8 { other[place + index] = UInt8(truncatingIfNeeded: stamp >> UInt64(56 - 8 * index)) }
        #expect(decode(other) == .malformed(.fields(kind: kind)))
      }
    }
  }

  @Test("marks that are none, or that nobody knows, are refused")
  func marks() {
    let bytes = WireSamples.record(WireSamples.key, [1, 2, 3], head: WireSamples.markedHead)
    #expect(bytes[13] == 4 && bytes[14] == 1)
    for marks: UInt8 in [0, 8, 9, 128, 255] {
      var other = bytes
      other[14] = marks
      #expect(decode(other) == .malformed(.fields(kind: FrameKind.record.rawValue)))
    }
  }

  @Test("a value of more than 1 GB is not even begun")
  func wholeValue() {
    let bytes = WireSamples.valueBegin(WireSamples.key, 1 << 30 + 1)
    #expect(decode(bytes) == .malformed(.value(count: 1 << 30 + 1)))
  }

  @Test(
    "no bytes at all make it trap, and what it accepts lies within them", arguments: [TestSeeds.first]
  )
  func fuzz(seed: UInt64) {
    print("seed \(seed)")
    var random = SplitMix64(seed: seed)
    let samples = WireSamples.all.filter { $0.bytes.count < 1000 }.map(\.bytes)
    for _ in 0..<100_000 {
      var bytes = samples[Int.random(in: 0..<samples.count, using: &random)]
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0...3, using: &random))
      guard case .frame(let frame, let byteCount) = decode(bytes) else { continue }
      #expect(byteCount <= bytes.count)
      if case .record(_, let key, let value) = frame {
        #expect(key.upperBound == value.lowerBound && value.upperBound == byteCount)
      }
    }
  }
}
