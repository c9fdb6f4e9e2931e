import ItemStore
import Platform

@testable import Replication

extension WireSamples {
  /// One whose expiry needs 64 bits.
  static let farHead = RecordHead(version: head.version, clientFlags: 0, remaining: .max)

  /// One that was touched after its last change.
  static let touchedHead = head(changed: 0x0123_4567_89AB_0000, fresh: 0x0123_4567_89AB_0000)
  /// One whose value was computed from another.
  static let derivedHead = head(changed: head.version.touched.rawValue, fresh: 0x0123_0000_89AB_0000)
  /// Both.
  static let maxHead = head(changed: 0x0123_4567_89AB_0000, fresh: 0x0123_0000_89AB_0000)

  /// With a mark, with an explicit cas, and with all that there is.
  static let markedHead = marked(head, ItemMarks(isStale: true))
  static let explicitHead = marked(derivedHead, ItemMarks(explicitCAS: 0))
  static let fullHead = marked(maxHead, ItemMarks(isStale: true, isWinSent: true, explicitCAS: .max))

  private static func marked(_ head: RecordHead, _ marks: ItemMarks) -> RecordHead {
    RecordHead(version: head.version, marks: marks, clientFlags: head.clientFlags, remaining: head.remaining)
  }

  private static func head(changed: UInt64, fresh: UInt64) -> RecordHead {
    let version = Version(
      fresh: Stamp(rawValue: fresh), changed: Stamp(rawValue: changed), touched: head.version.touched)
    return RecordHead(version: version ?? .zero, clientFlags: 7, remaining: -1)
  }

  static func record(_ key: [UInt8], _ value: [UInt8], head: RecordHead = head) -> [UInt8] {
    bytes { FrameEncoder.record(head, keyCount: key.count, keyAndValue: (key + value).span, into: &$0) }
  }

  static func valueBegin(_ key: [UInt8], _ valueCount: Int, head: RecordHead = head) -> [UInt8] {
    bytes { FrameEncoder.valueBegin(head, key: key.span, valueCount: valueCount, into: &$0) }
  }

  static func fragment(_ value: [UInt8]) -> [UInt8] {
    bytes {
      FrameEncoder.fragment(byteCount: value.count, into: &$0)
      $0.append(copying: value.span)
    }
  }

  static func delete(_ key: [UInt8], _ version: Version = head.version) -> [UInt8] {
    bytes { FrameEncoder.delete(version, key: key.span, into: &$0) }
  }

  static func refused(_ key: [UInt8], _ version: Version = head.version) -> [UInt8] {
    bytes { FrameEncoder.refused(version, key: key.span, into: &$0) }
  }

  static func reference(_ key: [UInt8], _ version: Version = head.version) -> [UInt8] {
    bytes { FrameEncoder.reference(version, key: key.span, into: &$0) }
  }

  static var items: [Sample] {
    [
      Sample(bytes: record(key, [1, 2, 3]), frame: .record(head, key: 27..<32, value: 32..<35)),
      Sample(bytes: record(key, [], head: farHead), frame: .record(farHead, key: 27..<32, value: 32..<32)),
      Sample(bytes: record(key, []), frame: .record(head, key: 27..<32, value: 32..<32)),
      Sample(
        bytes: record(maxKey, maxValue),
        frame: .record(head, key: 27..<277, value: 277..<277 + FrameLimits.value)),
      Sample(bytes: valueBegin(key, 1 << 30), frame: .valueBegin(head, key: 27..<32, valueCount: 1 << 30)),
      Sample(
        bytes: record(key, [1, 2, 3], head: touchedHead), frame: .record(touchedHead, key: 35..<40, value: 40..<43)),
      Sample(
        bytes: valueBegin(maxKey, 1 << 30, head: touchedHead),
        frame: .valueBegin(touchedHead, key: 35..<285, valueCount: 1 << 30)),
      Sample(bytes: fragment([8, 9]), frame: .fragment(value: 5..<7)),
      Sample(
        bytes: record(key, [1, 2, 3], head: derivedHead), frame: .record(derivedHead, key: 35..<40, value: 40..<43)),
      Sample(
        bytes: record(key, [1, 2, 3], head: maxHead), frame: .record(maxHead, key: 43..<48, value: 48..<51)),
      Sample(
        bytes: record(key, [1, 2, 3], head: markedHead), frame: .record(markedHead, key: 28..<33, value: 33..<36)),
      Sample(
        bytes: record(key, [1, 2, 3], head: explicitHead), frame: .record(explicitHead, key: 44..<49, value: 49..<52)),
      Sample(
        bytes: valueBegin(maxKey, 1 << 30, head: fullHead),
        frame: .valueBegin(fullHead, key: 52..<302, valueCount: 1 << 30)),
      Sample(bytes: delete(key), frame: .delete(head.version, key: 15..<20)),
      Sample(bytes: refused(key), frame: .refused(head.version, key: 15..<20)),
      Sample(bytes: reference(key), frame: .reference(head.version, key: 15..<20)),
      Sample(bytes: delete(key, touchedHead.version), frame: .delete(touchedHead.version, key: 23..<28)),
      Sample(bytes: refused(key, derivedHead.version), frame: .refused(derivedHead.version, key: 23..<28)),
      Sample(bytes: reference(key, maxHead.version), frame: .reference(maxHead.version, key: 31..<36)),
      Sample(
        bytes: bytes { FrameEncoder.flush(flushState, into: &$0) },
        frame: .flush(flushState)),
    ]
  }

  private static var flushState: FlushState {
    FlushState(floor: Stamp(rawValue: 3), issued: Stamp(rawValue: 9), due: 5)
  }
}
