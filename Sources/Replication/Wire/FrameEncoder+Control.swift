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
  package static func abandoned(into output: inout OutputSpan<UInt8>) {
    start(.abandoned, fieldCount: 0, &output)
  }

  @_lifetime(output: copy output)
  package static func copyBegin(above: Stamp, items: UInt64, into output: inout OutputSpan<UInt8>) {
    start(.copyBegin, fieldCount: 16, &output)
    output.append(bigEndian: above.rawValue)
    output.append(bigEndian: items)
  }

  @_lifetime(output: copy output)
  package static func copyEnd(_ mark: Mark, items: UInt64, answers: UInt32, into output: inout OutputSpan<UInt8>) {
    start(.copyEnd, fieldCount: Mark.byteCount + 12, &output)
    mark.encode(into: &output)
    output.append(bigEndian: items)
    output.append(bigEndian: answers)
  }

  @_lifetime(output: copy output)
  package static func mark(_ mark: Mark, into output: inout OutputSpan<UInt8>) {
    start(.mark, fieldCount: Mark.byteCount, &output)
    mark.encode(into: &output)
  }

  @_lifetime(output: copy output)
  package static func walked(_ places: WalkedPlaces, into output: inout OutputSpan<UInt8>) {
    start(.walked, fieldCount: WalkedPlaces.byteCount, &output)
    places.encode(into: &output)
  }

  @_lifetime(output: copy output)
  package static func acknowledgement(have: Stamp, refusalsSeen: UInt64, into output: inout OutputSpan<UInt8>) {
    start(.acknowledgement, fieldCount: 16, &output)
    output.append(bigEndian: have.rawValue)
    output.append(bigEndian: refusalsSeen)
  }

  @_lifetime(output: copy output)
  package static func roomless(_ stamp: Stamp, into output: inout OutputSpan<UInt8>) {
    word(.roomless, stamp.rawValue, &output)
  }

  @_lifetime(output: copy output)
  package static func place(_ place: UInt64, into output: inout OutputSpan<UInt8>) {
    word(.place, place, &output)
  }

  @_lifetime(output: copy output)
  package static func reached(place: UInt64, into output: inout OutputSpan<UInt8>) {
    word(.reached, place, &output)
  }

  @_lifetime(output: copy output)
  package static func copyFromZero(ask: UInt32, into output: inout OutputSpan<UInt8>) {
    start(.copyFromZero, fieldCount: 4, &output)
    output.append(bigEndian: ask)
  }

  @_lifetime(output: copy output)
  private static func word(_ kind: FrameKind, _ word: UInt64, _ output: inout OutputSpan<UInt8>) {
    start(kind, fieldCount: 8, &output)
    output.append(bigEndian: word)
  }
}
