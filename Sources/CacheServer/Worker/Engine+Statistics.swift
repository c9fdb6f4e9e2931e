import MemcacheProtocol
import Platform

/// `stats` and its groups: rare, so strings and arrays are welcome here.
extension Engine {
  mutating func writeStatistics(_ input: Span<UInt8>, _ arguments: ByteRange) {
    var reader = TokenReader(arguments)
    let group = word(&reader, input)
    let option = word(&reader, input)
    switch group {
    case "reset":
      context.resetStatistics()
      answer(TextAnswer.reset)
    case "detail": writeDetail(option)
    case "digest": current.awaited = .digest
    case "conns": current.awaited = .connections
    default:
      guard let lines = context.statistics(group) else { return answer(TextError.unknownCommand) }
      for line in lines { write("STAT \(line.name) \(line.value)\r\n") }
      write("END\r\n")
    }
  }

  private func word(_ reader: inout TokenReader, _ input: Span<UInt8>) -> String {
    Self.text(input.bytes(in: reader.next(in: input)), atMost: 64)
  }

  /// The first bytes that a client has sent.
  static func text(_ bytes: Span<UInt8>, atMost limit: Int) -> String {
    String(decoding: (0..<min(bytes.count, limit)).map { bytes[$0] }, as: UTF8.self)
  }

  private mutating func writeDetail(_ option: String) {
    switch option {
    case "on", "off":
      context.prefixStatistics.turn(on: option == "on")
      answer(TextAnswer.ok)
    case "dump": write(context.prefixStatistics.dump())
    default: write("CLIENT_ERROR usage: stats detail on|off|dump\r\n")
    }
  }

  mutating func write(_ text: String) {
    let bytes = Array(text.utf8)
    output.reserve(bytes.count)
    output.append(bytes.span)
  }
}
