/// What is asked behind each command, so that every answer is known by the command it belongs to: `version`, or a binary noop
/// that bears the command's number.
struct DifferSentinel {
  let spoken: DifferProtocol

  private static let opaqueBase: UInt32 = 0x5e17_0000

  func request(_ number: Int) -> [UInt8] {
    if spoken.isLines { return Array("version\r\n".utf8) }
    var frame = [UInt8](repeating: 0, count: 24)
    frame[0] = 0x80
    frame[1] = 0x0a
    let opaque = Self.opaqueBase + UInt32(number)
    for place in 0..<4 { frame[12 + place] = UInt8(truncatingIfNeeded: opaque >> UInt32(24 - 8 * place)) }
    return frame
  }

  /// Where the answer to the next sentinel begins and ends in what has come, from `start` on; nil: not yet.
  func find(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
    spoken.isLines ? findLine(bytes, from: start) : findFrame(bytes, from: start)
  }

  private func findLine(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
    let word = Array("VERSION ".utf8)
    var line = start
    while line + word.count <= bytes.count {
      guard let end = bytes[line...].firstIndex(of: 0x0a) else { return nil }
      if bytes[line...].starts(with: word) { return line..<end + 1 }
      line = end + 1
    }
    return nil
  }

  private func findFrame(_ bytes: [UInt8], from start: Int) -> Range<Int>? {
    var position = start
    while let frame = AnsweredFrame(bytes, at: position) {
      let opaque = frame.number(12, 4)
      if frame.opcode == 0x0a, opaque >> 16 == UInt64(Self.opaqueBase >> 16) { return position..<frame.end }
      position = frame.end
    }
    return nil
  }
}

/// A binary answer, whole, somewhere in what has come.
struct AnsweredFrame {
  let bytes: ArraySlice<UInt8>

  init?(_ all: [UInt8], at start: Int) {
    guard start + 24 <= all.count else { return nil }
    let bodyCount = (8..<12).reduce(0) { $0 << 8 | Int(all[start + $1]) }
    guard start + 24 + bodyCount <= all.count else { return nil }
    bytes = all[start..<start + 24 + bodyCount]
  }

  var end: Int { bytes.endIndex }
  var opcode: UInt8 { bytes[bytes.startIndex + 1] }
  var status: Int { Int(number(6, 2)) }
  var unique: UInt64 { number(16, 8) }
  var body: ArraySlice<UInt8> { bytes.dropFirst(24) }
  /// All of it that must be equal whoever answers: magic, opcode, lengths, type, status, opaque.
  var head: [UInt8] { Array(bytes.prefix(16)) }

  func number(_ offset: Int, _ count: Int) -> UInt64 {
    (0..<count).reduce(0) { $0 << 8 | UInt64(bytes[bytes.startIndex + offset + $1]) }
  }
}
