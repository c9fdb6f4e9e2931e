import Platform

/// What a connection is answered and has not been sent: bytes, and pinned segments between them.
///
/// ```
///   bytes    VALUE a 0 90000\r\n ┊ \r\nVALUE b 0 70000\r\n ┊ \r\nEND\r\n
///                               └ segment a, gap 17        └ segment b, gap 19
/// ```
///
/// **Purpose.** Whoever answers writes here and knows no socket: what becomes of it, one stream or several datagrams, is for
/// whoever takes it out, by `gather` and `consume`.
///
/// **Invariants.** The gaps add up to no more than the bytes that are there. Who drops a segment releases it at its source,
/// once. Small pieces are copied, larger ones are pinned: a copy brings the bytes into the cache for the kernel's own and
/// costs nothing, but many push each other out of it, so from `copyLimit` on pinning is cheaper (docs/benchmarks.md).
package struct ReplyBuffer: ~Copyable {
  package var bytes = ByteBuffer(capacity: Self.capacity)
  package private(set) var segments: [PinnedSegment] = []

  package static let capacity = 64 << 10
  package static let copyLimit = 8 << 10
  /// What a connection may have waiting: enough that one call is worth it, and little for a client who does not read.
  static let maxSegments = 16
  static let maxSegmentBytes = 256 << 10

  package init() {}

  @inlinable package var hasSegments: Bool { !segments.isEmpty }
  @inlinable package var isEmpty: Bool { bytes.isEmpty && segments.isEmpty }

  /// No more segments may join before some are sent.
  package var isFull: Bool {
    segments.count >= Self.maxSegments || segments.reduce(0) { $0 + $1.unsent } >= Self.maxSegmentBytes
  }

  private var gaps: Int { segments.reduce(0) { $0 + $1.gap } }

  /// A segment of the source comes next: behind the bytes that are there.
  package mutating func pin(_ handle: UInt32, byteCount: Int) {
    segments.append(PinnedSegment(handle, byteCount: byteCount, gap: bytes.count - gaps))
  }

  // MARK: Taking out

  /// Bytes of it, those of segments included.
  var byteCount: Int { segments.reduce(bytes.count) { $0 + $1.unsent } }

  /// Lends the beginning of the reply, as much as fits into a list and within the limit.
  ///
  /// - Parameter header: what stands before it, within the limit too.
  package borrowing func gather<Source: SegmentSource & ~Copyable, Result>(
    limit: Int, behind header: Span<UInt8> = Span(), _ source: borrowing Source,
    _ body: (inout GatherList) -> Result
  ) -> Result {
    let bytes = self.bytes.bytes
    var list = GatherList(limit: limit)
    list.add(header)
    var position = 0
    for segment in segments {
      list.add(bytes.extracting(position..<position + segment.gap))
      position += segment.gap
      var offset = segment.sent
      while offset < segment.byteCount, !list.isFull {
        let piece = source.piece(of: segment.handle, at: offset)
        list.add(piece)
        offset += piece.count
      }
      if list.isFull { break }
    }
    list.add(bytes.extracting(position...))
    return body(&list)
  }

  /// So many bytes from the beginning are sent.
  package mutating func consume<Source: SegmentSource & ~Copyable>(_ count: Int, releasing source: inout Source) {
    var rest = count
    var finished = 0
    while rest > 0, finished < segments.count {
      rest = consume(rest, ofSegment: finished)
      if !segments[finished].isSent { break }
      source.release(segments[finished].handle)
      finished += 1
    }
    segments.removeFirst(finished)
    bytes.consume(rest)
  }

  /// Takes what it can of `count` sent bytes: of those before the segment, then of the segment. Returns what is left.
  private mutating func consume(_ count: Int, ofSegment number: Int) -> Int {
    let before = min(count, segments[number].gap)
    bytes.consume(before)
    segments[number].gap -= before
    let within = min(count - before, segments[number].unsent)
    segments[number].sent += within
    return count - before - within
  }

  // MARK: Taking back

  /// A place in the reply, good until something of it is sent.
  package struct Mark: BitwiseCopyable {
    fileprivate let bytes: Int
    fileprivate let segments: Int
  }

  package var mark: Mark { Mark(bytes: bytes.count, segments: segments.count) }

  /// What was written since is void.
  package mutating func truncate<Source: SegmentSource & ~Copyable>(to mark: Mark, releasing source: inout Source) {
    while segments.count > mark.segments { source.release(segments.removeLast().handle) }
    bytes.truncate(toCount: mark.bytes)
  }

  package mutating func clear<Source: SegmentSource & ~Copyable>(releasing source: inout Source) {
    while let segment = segments.popLast() { source.release(segment.handle) }
    bytes.clear()
  }

  /// The connection waits with what was not sent.
  package func keepSegments<Source: SegmentSource & ~Copyable>(in source: inout Source) {
    for segment in segments { source.keep(segment.handle) }
  }

  /// Puts a line in the place of another, which stands in `range` of the bytes.
  package mutating func replace(_ range: Range<Int>, with line: StaticString) {
    if range.isEmpty { return }
    var text = ByteBuffer(capacity: line.utf8CodeUnitCount)
    text.append(line)
    replace(range, with: text.bytes)
  }

  /// The same with any bytes, also where there was nothing.
  ///
  /// - Parameter segmentCount: how many segments stand before the range for certain: what is empty may stand between two.
  package mutating func replace(_ range: Range<Int>, with text: Span<UInt8>, behindSegments segmentCount: Int = 0) {
    guard range.upperBound <= bytes.count else { return }
    var tail = ByteBuffer(capacity: bytes.count - range.upperBound)
    tail.append(bytes.bytes.extracting(range.upperBound...))
    moveSegment(behind: range, notBefore: segmentCount, by: text.count - range.count)
    bytes.truncate(toCount: range.lowerBound)
    bytes.reserve(text.count + tail.count)
    bytes.append(text)
    bytes.append(tail.bytes)
  }

  /// The first segment behind the range is farther behind the one before it now.
  private mutating func moveSegment(behind range: Range<Int>, notBefore first: Int, by count: Int) {
    var position = 0
    for number in segments.indices {
      position += segments[number].gap
      if number >= first, position >= range.upperBound { return segments[number].gap += count }
    }
  }

  // MARK: Suspending

  mutating func takeSegments() -> [PinnedSegment] {
    defer { segments = [] }
    return segments
  }

  mutating func restore(_ segments: consuming [PinnedSegment]) { self.segments = segments }
}
