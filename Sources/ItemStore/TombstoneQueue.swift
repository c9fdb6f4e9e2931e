/// First in, first out, for millions: in segments, so that neither the longest queue nor its growth makes one call long.
struct TombstoneQueue {
  private static let segmentLength = 2048

  private var segments: [[TombstoneLedger.Entry]] = []
  private var firstInSegment = 0
  private(set) var count = 0
  /// Bytes of chunks that the entries speak for.
  private(set) var bytes = 0

  var first: TombstoneLedger.Entry? { count == 0 ? nil : segments[0][firstInSegment] }

  mutating func append(_ entry: TombstoneLedger.Entry) {
    if segments.isEmpty || segments[segments.count - 1].count == Self.segmentLength {
      segments.append([])
      segments[segments.count - 1].reserveCapacity(Self.segmentLength)
    }
    segments[segments.count - 1].append(entry)
    count += 1
    bytes += entry.bytes
  }

  mutating func removeFirst() -> TombstoneLedger.Entry? {
    guard let entry = first else { return nil }
    count -= 1
    bytes -= entry.bytes
    firstInSegment += 1
    if firstInSegment == segments[0].count {
      segments.removeFirst()
      firstInSegment = 0
    }
    return entry
  }
}
