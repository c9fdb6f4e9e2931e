import ItemStore
import Platform

@testable import Replication

extension WireSamples {
  /// One whose expiry needs 64 bits.
  static let farHead = RecordHead(stamp: head.stamp, clientFlags: 0, expiresAtUnix: .max)

  static func record(_ key: [UInt8], _ value: [UInt8], head: RecordHead = head) -> [UInt8] {
    bytes { FrameEncoder.record(head, keyCount: key.count, keyAndValue: (key + value).span, into: &$0) }
  }

  static func opening(_ key: [UInt8], _ valueCount: Int) -> [UInt8] {
    bytes { FrameEncoder.opening(head, key: key.span, valueCount: valueCount, into: &$0) }
  }

  static func fragment(_ value: [UInt8]) -> [UInt8] {
    bytes {
      FrameEncoder.fragment(byteCount: value.count, into: &$0)
      $0.append(copying: value.span)
    }
  }

  static func delete(_ key: [UInt8]) -> [UInt8] {
    bytes { FrameEncoder.delete(stamp: head.stamp, key: key.span, into: &$0) }
  }

  static func refused(_ key: [UInt8]) -> [UInt8] {
    bytes { FrameEncoder.refused(stamp: head.stamp, key: key.span, into: &$0) }
  }

  static func reference(_ key: [UInt8]) -> [UInt8] {
    bytes { FrameEncoder.reference(stamp: head.stamp, key: key.span, into: &$0) }
  }

  static var items: [Sample] {
    [
      Sample(bytes: record(key, [1, 2, 3]), frame: .record(head, key: 26..<31, value: 31..<34)),
      Sample(bytes: record(key, [], head: farHead), frame: .record(farHead, key: 26..<31, value: 31..<31)),
      Sample(bytes: record(key, []), frame: .record(head, key: 26..<31, value: 31..<31)),
      Sample(
        bytes: record(longestKey, largestValue),
        frame: .record(head, key: 26..<276, value: 276..<276 + FrameLimits.value)),
      Sample(bytes: opening(key, 1 << 30), frame: .opening(head, key: 26..<31, valueCount: 1 << 30)),
      Sample(bytes: fragment([8, 9]), frame: .fragment(value: 5..<7)),
      Sample(bytes: delete(key), frame: .delete(stamp: head.stamp, key: 14..<19)),
      Sample(bytes: refused(key), frame: .refused(stamp: head.stamp, key: 14..<19)),
      Sample(bytes: reference(key), frame: .reference(stamp: head.stamp, key: 14..<19)),
      Sample(
        bytes: bytes { FrameEncoder.flush(flushState, into: &$0) },
        frame: .flush(flushState)),
    ]
  }

  private static var flushState: FlushState {
    FlushState(floor: Stamp(rawValue: 3), issued: Stamp(rawValue: 9), pending: Stamp(rawValue: 70), due: 5)
  }
}
