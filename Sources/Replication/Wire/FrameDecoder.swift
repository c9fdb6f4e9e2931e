import ItemStore

/// Bytes to frames. It keeps nothing between calls: give it all the bytes that are not used up yet. It looks at no byte
/// beyond them and trusts none of them: every length is bounded before it is used.
package enum FrameDecoder {
  /// The frame at the front of `bytes`.
  package static func decode(_ bytes: Span<UInt8>) -> FrameDecoding {
    guard bytes.count >= FrameLimits.length else { return .incomplete }
    var header = ByteReader(bytes, 0..<FrameLimits.length)
    let length = header.number32()
    guard length >= 1, length <= FrameLimits.frame - FrameLimits.length else { return .malformed(.length(length)) }
    let end = FrameLimits.length + Int(length)
    guard bytes.count >= end else { return .incomplete }
    guard let kind = FrameKind(rawValue: bytes[FrameLimits.length]) else {
      return .malformed(.unknownKind(bytes[FrameLimits.length]))
    }
    var fields = ByteReader(bytes, FrameLimits.length + 1..<end)
    let frame = decode(kind, &fields)
    if case .malformed = frame { return frame }
    guard fields.isComplete else { return .malformed(.fields(kind: kind.rawValue)) }
    return frame
  }

  /// The bytes of the frame at `position`, which stands there whole and right: for rings.
  static func byteCount(_ bytes: Span<UInt8>, at position: Int) -> Int {
    var header = ByteReader(bytes, position..<position + FrameLimits.length)
    return FrameLimits.length + Int(header.number32())
  }

  private static func decode(_ kind: FrameKind, _ fields: inout ByteReader) -> FrameDecoding {
    let before = FrameLimits.length + 1 + fields.remaining
    switch kind {
    case .record, .valueBegin: return item(kind, &fields, byteCount: before)
    case .delete, .refused, .reference: return keyed(kind, &fields, byteCount: before)
    case .report, .keyQuestion, .keyAnswer: return told(kind, &fields, byteCount: before)
    default: return .frame(plain(kind, &fields), byteCount: before)
    }
  }

  private static func item(_ kind: FrameKind, _ fields: inout ByteReader, byteCount: Int) -> FrameDecoding {
    guard let head = head(&fields) else { return .malformed(.fields(kind: kind.rawValue)) }
    let keyCount = Int(fields.byte())
    guard 1...FrameLimits.key ~= keyCount else { return .malformed(.key(count: keyCount)) }
    let key = fields.range(keyCount)
    if kind == .valueBegin {
      let count = fields.number32()
      guard 1...UInt32(FrameLimits.wholeValue) ~= count else { return .malformed(.value(count: count)) }
      return .frame(.valueBegin(head, key: key, valueCount: Int(count)), byteCount: byteCount)
    }
    let value = fields.range(fields.remaining)
    guard value.count <= FrameLimits.value else { return .malformed(.value(count: UInt32(value.count))) }
    return .frame(.record(head, key: key, value: value), byteCount: byteCount)
  }

  /// Nil where it says of itself what it cannot be.
  private static func head(_ fields: inout ByteReader) -> RecordHead? {
    var marks = ItemMarks.none
    guard let version = Version(&fields, &marks) else { return nil }
    let clientFlags = fields.number32()
    let remaining = Int64(bitPattern: fields.number64())
    return RecordHead(version: version, marks: marks, clientFlags: clientFlags, remaining: remaining)
  }

  private static func keyed(_ kind: FrameKind, _ fields: inout ByteReader, byteCount: Int) -> FrameDecoding {
    guard let version = Version(&fields) else { return .malformed(.fields(kind: kind.rawValue)) }
    let keyCount = Int(fields.byte())
    guard 1...FrameLimits.key ~= keyCount else { return .malformed(.key(count: keyCount)) }
    let key = fields.range(keyCount)
    switch kind {
    case .delete: return .frame(.delete(version, key: key), byteCount: byteCount)
    case .refused: return .frame(.refused(version, key: key), byteCount: byteCount)
    default: return .frame(.reference(version, key: key), byteCount: byteCount)
    }
  }

  /// What is told to those who look at the pair, and changes nothing.
  private static func told(_ kind: FrameKind, _ fields: inout ByteReader, byteCount: Int) -> FrameDecoding {
    if kind == .report {
      let start = fields.position
      guard PeerReport(&fields) != nil else { return .malformed(.fields(kind: kind.rawValue)) }
      return .frame(.report(fields: start..<fields.position), byteCount: byteCount)
    }
    let number = fields.number32()
    if kind == .keyAnswer { return .frame(.keyAnswer(KeyAnswer(number, &fields)), byteCount: byteCount) }
    let key = fields.range(fields.remaining)
    guard 1...FrameLimits.key ~= key.count else { return .malformed(.key(count: key.count)) }
    return .frame(.keyQuestion(number: number, key: key), byteCount: byteCount)
  }

  private static func plain(_ kind: FrameKind, _ fields: inout ByteReader) -> Frame {
    switch kind {
    case .hello: .hello(payload: fields.range(fields.remaining))
    case .confirm: .confirm(Proof(&fields))
    case .goodbye: .goodbye(GoodbyeReason(rawValue: fields.byte()) ?? .other)
    case .heartbeat: .heartbeat(unixMicroseconds: fields.number64())
    case .flush:
      .flush(FlushState(floor: fields.stamp(), issued: fields.stamp(), due: fields.number64()))
    case .fragment: .fragment(value: fields.range(fields.remaining))
    case .copyBegin: .copyBegin(above: fields.stamp(), items: fields.number64())
    case .copyEnd:
      .copyEnd(Watermark(&fields), items: fields.number64(), answers: fields.number32())
    case .watermark: .watermark(Watermark(&fields))
    case .copyProgress: .copyProgress(CopyProgress(&fields))
    case .acknowledgement:
      .acknowledgement(receivedThrough: fields.stamp(), refusalsSeen: fields.number64())
    case .outOfMemory: .outOfMemory(fields.stamp())
    case .overtaken: .overtaken(fields.stamp())
    case .streamOffset: .streamOffset(fields.number64())
    case .offsetReached: .offsetReached(fields.number64())
    case .copyFromZero: .copyFromZero(ask: fields.number32())
    default: .valueAborted
    }
  }
}

/// What the front of the bytes received so far is.
package enum FrameDecoding: Equatable, Sendable {
  /// A frame; `byteCount` of the bytes are used up.
  case frame(Frame, byteCount: Int)
  /// Not all there yet.
  case incomplete
  case malformed(MalformedFrame)
}
