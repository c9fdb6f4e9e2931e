import ItemStore
import Platform

/// The frames about the link itself; each fits `controlCount`.
extension FrameEncoder {
  @_lifetime(output: copy output)
  package static func hello(_ hello: Hello, into output: inout OutputSpan<UInt8>) {
    start(.hello, fieldCount: hello.byteCount, &output)
    hello.encodePayload(into: &output)
  }

  @_lifetime(output: copy output)
  package static func confirm(_ proof: Proof, into output: inout OutputSpan<UInt8>) {
    start(.confirm, fieldCount: 32, &output)
    proof.encode(into: &output)
  }

  @_lifetime(output: copy output)
  package static func goodbye(_ reason: GoodbyeReason, into output: inout OutputSpan<UInt8>) {
    start(.goodbye, fieldCount: 1, &output)
    output.append(reason.rawValue)
  }

  @_lifetime(output: copy output)
  package static func heartbeat(unixMicroseconds: UInt64, into output: inout OutputSpan<UInt8>) {
    word(.heartbeat, unixMicroseconds, &output)
  }

  @_lifetime(output: copy output)
  package static func valueAborted(into output: inout OutputSpan<UInt8>) {
    start(.valueAborted, fieldCount: 0, &output)
  }

  @_lifetime(output: copy output)
  package static func copyBegin(above: Stamp, items: UInt64, into output: inout OutputSpan<UInt8>) {
    start(.copyBegin, fieldCount: 16, &output)
    output.append(bigEndian: above.rawValue)
    output.append(bigEndian: items)
  }

  @_lifetime(output: copy output)
  package static func copyEnd(
    _ watermark: Watermark, items: UInt64, answers: UInt32, into output: inout OutputSpan<UInt8>
  ) {
    start(.copyEnd, fieldCount: Watermark.byteCount + 12, &output)
    watermark.encode(into: &output)
    output.append(bigEndian: items)
    output.append(bigEndian: answers)
  }

  @_lifetime(output: copy output)
  package static func watermark(_ watermark: Watermark, into output: inout OutputSpan<UInt8>) {
    start(.watermark, fieldCount: Watermark.byteCount, &output)
    watermark.encode(into: &output)
  }

  @_lifetime(output: copy output)
  package static func copyProgress(_ progress: CopyProgress, into output: inout OutputSpan<UInt8>) {
    start(.copyProgress, fieldCount: CopyProgress.byteCount, &output)
    progress.encode(into: &output)
  }

  @_lifetime(output: copy output)
  package static func acknowledgement(
    receivedThrough: Stamp, refusalsSeen: UInt64, into output: inout OutputSpan<UInt8>
  ) {
    start(.acknowledgement, fieldCount: 16, &output)
    output.append(bigEndian: receivedThrough.rawValue)
    output.append(bigEndian: refusalsSeen)
  }

  @_lifetime(output: copy output)
  package static func outOfMemory(_ stamp: Stamp, into output: inout OutputSpan<UInt8>) {
    word(.outOfMemory, stamp.rawValue, &output)
  }

  @_lifetime(output: copy output)
  package static func overtaken(_ stamp: Stamp, into output: inout OutputSpan<UInt8>) {
    word(.overtaken, stamp.rawValue, &output)
  }

  @_lifetime(output: copy output)
  package static func streamOffset(_ offset: UInt64, into output: inout OutputSpan<UInt8>) {
    word(.streamOffset, offset, &output)
  }

  @_lifetime(output: copy output)
  package static func offsetReached(_ offset: UInt64, into output: inout OutputSpan<UInt8>) {
    word(.offsetReached, offset, &output)
  }

  @_lifetime(output: copy output)
  package static func copyFromZero(ask: UInt32, into output: inout OutputSpan<UInt8>) {
    start(.copyFromZero, fieldCount: 4, &output)
    output.append(bigEndian: ask)
  }

  /// Longer than the others: `PeerReport.maxBytes`.
  @_lifetime(output: copy output)
  package static func report(_ report: PeerReport, into output: inout OutputSpan<UInt8>) {
    start(.report, fieldCount: report.byteCount, &output)
    report.encode(into: &output)
  }

  @_lifetime(output: copy output)
  package static func keyQuestion(_ number: UInt32, key: Span<UInt8>, into output: inout OutputSpan<UInt8>) {
    start(.keyQuestion, fieldCount: 4 + key.count, &output)
    output.append(bigEndian: number)
    output.append(copying: key)
  }

  @_lifetime(output: copy output)
  package static func keyAnswer(_ answer: KeyAnswer, into output: inout OutputSpan<UInt8>) {
    start(.keyAnswer, fieldCount: KeyAnswer.byteCount, &output)
    answer.encode(into: &output)
  }

  @_lifetime(output: copy output)
  private static func word(_ kind: FrameKind, _ word: UInt64, _ output: inout OutputSpan<UInt8>) {
    start(kind, fieldCount: 8, &output)
    output.append(bigEndian: word)
  }
}
