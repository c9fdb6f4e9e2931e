import ItemStore
import Platform

@testable import Replication

/// One frame of every kind as it is sent, with what it must decode to.
enum WireSamples {
  static let key = [UInt8]("a key".utf8)
  static let maxKey = [UInt8](repeating: 107, count: FrameLimits.key)
  static let maxValue = (0..<FrameLimits.value).map { UInt8(truncatingIfNeeded: $0 &* 31) }
  static let head = RecordHead(
    version: Version(Stamp(rawValue: 0x0123_4567_89AB_CDEF)), clientFlags: 7, remaining: 1_900_000)
  static let received: ReceivedProgress = {
    var received = ReceivedProgress(PeerName(PeerIdentity(node: 4, boot: 5), epoch: 6), through: Stamp(rawValue: 98))
    received.copy = CopyProgress(cursor: 3 << 60, watermark: Stamp(rawValue: 97))
    return received
  }()
  static let watermark = Watermark(head.version.touched, receivedThrough: Stamp(rawValue: 96), refusalsSeen: 1 << 33)
  static let hello = Hello(
    identity: PeerIdentity(node: 1, boot: 0xFEDC_BA98_7654_3210), unixMicroseconds: 1_700_000_000_000_000,
    highestStamp: Stamp(rawValue: 99), received: received, nonce: Nonce(high: .max, low: 2))

  struct Sample {
    let bytes: [UInt8]
    let frame: Frame
  }

  static func readHello(_ payload: [UInt8]) -> Hello? { Hello(payload: payload.span, 0..<payload.count) }

  /// The same hello with these fields behind it, as a later version may say them; nil if they do not hold together.
  static func hello(_ hello: Hello, withFields fields: [UInt8]) -> Hello? {
    let plain = bytes { hello.encodePayload(into: &$0) }
    return readHello(
      plain.dropLast(34 + hello.fields.bytes.count) + [0, UInt8(fields.count)] + fields + plain.suffix(32))
  }

  /// What a frame says that begins these bytes and is a hello.
  static func firstHello(_ bytes: [UInt8]) -> Hello? {
    guard case .frame(.hello(let payload), _) = FrameDecoder.decode(bytes.span) else { return nil }
    return Hello(payload: bytes.span, payload)
  }

  static func bytes(_ body: (inout OutputSpan<UInt8>) -> Void) -> [UInt8] {
    [UInt8](capacity: FrameLimits.frame) { body(&$0) }
  }

  static var all: [Sample] { items + control }

  static var control: [Sample] {
    let proof = Proof(words: [1, 2, 3, .max])
    let stamp = head.version.touched
    return [
      Sample(
        bytes: bytes { FrameEncoder.hello(hello, into: &$0) }, frame: .hello(payload: 5..<5 + hello.byteCount)),
      Sample(bytes: bytes { FrameEncoder.confirm(proof, into: &$0) }, frame: .confirm(proof)),
      Sample(bytes: bytes { FrameEncoder.goodbye(.clockApart, into: &$0) }, frame: .goodbye(.clockApart)),
      Sample(
        bytes: bytes { FrameEncoder.heartbeat(unixMicroseconds: 5, into: &$0) },
        frame: .heartbeat(unixMicroseconds: 5)),
      Sample(bytes: bytes { FrameEncoder.valueAborted(into: &$0) }, frame: .valueAborted),
      Sample(
        bytes: bytes { FrameEncoder.copyBegin(above: stamp, items: 7, into: &$0) },
        frame: .copyBegin(above: stamp, items: 7)),
      Sample(
        bytes: bytes { FrameEncoder.copyEnd(watermark, items: 1 << 40, answers: 3, into: &$0) },
        frame: .copyEnd(watermark, items: 1 << 40, answers: 3)),
      Sample(bytes: bytes { FrameEncoder.watermark(watermark, into: &$0) }, frame: .watermark(watermark)),
      Sample(bytes: bytes { FrameEncoder.copyProgress(received.copy, into: &$0) }, frame: .copyProgress(received.copy)),
      Sample(
        bytes: bytes { FrameEncoder.acknowledgement(receivedThrough: stamp, refusalsSeen: 4, into: &$0) },
        frame: .acknowledgement(receivedThrough: stamp, refusalsSeen: 4)),
      Sample(bytes: bytes { FrameEncoder.outOfMemory(stamp, into: &$0) }, frame: .outOfMemory(stamp)),
      Sample(bytes: bytes { FrameEncoder.overtaken(stamp, into: &$0) }, frame: .overtaken(stamp)),
      Sample(bytes: bytes { FrameEncoder.streamOffset(.max, into: &$0) }, frame: .streamOffset(.max)),
      Sample(bytes: bytes { FrameEncoder.offsetReached(7, into: &$0) }, frame: .offsetReached(7)),
      Sample(bytes: bytes { FrameEncoder.copyFromZero(ask: 6, into: &$0) }, frame: .copyFromZero(ask: 6)),
    ] + told
  }

  /// What is told to those who look at the pair.
  private static var told: [Sample] {
    var report = PeerReport()
    for (kind, value) in [(1, 0), (7, .max), (255, 1 << 40)] as [(UInt8, UInt64)] { report[kind] = value }
    var answer = KeyAnswer(number: .max)
    (answer.state, answer.fresh, answer.changed, answer.touched) = (.tombstone, 1, 2, .max)
    (answer.clientFlags, answer.remaining, answer.valueCount) = (7, -1, 1 << 30)
    return [
      Sample(bytes: bytes { FrameEncoder.report(PeerReport(), into: &$0) }, frame: .report(fields: 5..<5)),
      Sample(bytes: bytes { FrameEncoder.report(report, into: &$0) }, frame: .report(fields: 5..<5 + report.byteCount)),
      Sample(
        bytes: bytes { FrameEncoder.keyQuestion(9, key: maxKey.span, into: &$0) },
        frame: .keyQuestion(number: 9, key: 9..<9 + maxKey.count)),
      Sample(bytes: bytes { FrameEncoder.keyAnswer(answer, into: &$0) }, frame: .keyAnswer(answer)),
    ]
  }
}
