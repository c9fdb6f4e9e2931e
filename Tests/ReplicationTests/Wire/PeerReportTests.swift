import Testing

@testable import Replication

@Suite("Reports of a side's numbers")
struct PeerReportTests {
  private func decode(_ fields: [UInt8]) -> FrameDecoding {
    let length = UInt32(fields.count + 1)
    let head = (0..<4).reversed().map { UInt8(truncatingIfNeeded: length >> (8 * UInt32($0))) }
    return FrameDecoder.decode((head + [FrameKind.report.rawValue] + fields).span)
  }

  private func field(_ kind: UInt8, _ value: UInt8) -> [UInt8] { [kind] + [UInt8](repeating: 0, count: 7) + [value] }

  @Test("What a later version tells is kept") func later() {
    let fields = field(1, 5) + field(200, 6)
    #expect(decode(fields) == .frame(.report(fields: 5..<5 + fields.count), byteCount: 5 + fields.count))
    let report = PeerReport(fields.span, 0..<fields.count)
    #expect(report?[1] == 5 && report?[200] == 6 && report?[2] == nil)
  }

  @Test("Kinds that do not rise, a field that is cut, and more than there may be are refused") func refused() {
    let fault = FrameDecoding.malformed(.fields(kind: FrameKind.report.rawValue))
    #expect(decode(field(2, 1) + field(1, 1)) == fault)
    #expect(decode(field(1, 1) + field(1, 1)) == fault)
    #expect(decode(Array(field(1, 1).dropLast())) == fault)
    let many = (0...UInt8(PeerReport.maxFields)).flatMap { field($0, 1) }
    #expect(decode(many) == fault)
    guard case .frame = decode(Array(many.dropLast(9))) else {
      Issue.record("as many as may be are too many")
      return
    }
  }

  @Test("A report has no more fields than can be told, and its frame the room for them") func bounds() {
    var report = PeerReport()
    for kind in UInt8.min...UInt8.max { report[kind] = .max }
    #expect(report.values.count == PeerReport.maxFields)
    let bytes = WireSamples.bytes { FrameEncoder.report(report, into: &$0) }
    #expect(bytes.count == PeerReport.maxBytes)
  }

  @Test("A question without a key, or with one that is too long, is refused") func questions() {
    for count in [0, 251] {
      let bytes = WireSamples.bytes {
        FrameEncoder.keyQuestion(1, key: [UInt8](repeating: 107, count: count).span, into: &$0)
      }
      #expect(FrameDecoder.decode(bytes.span) == .malformed(.key(count: count)))
    }
  }
}
