import FoundationEssentials
import Platform
import SystemPackage

/// Bytes for standard output, gathered. Who reads no more ends the program, as a filter's end does.
struct StandardOutput {
  private var bytes: [UInt8] = []
  private static let limit = 64 << 10

  mutating func write(_ text: String) throws(ToolError) { try write(Array(text.utf8)) }

  mutating func write(_ more: [UInt8]) throws(ToolError) {
    bytes += more
    if bytes.count >= Self.limit { try flush() }
  }

  /// What a server has said: as it is, but on a terminal without what a terminal obeys.
  mutating func write(line: [UInt8]) throws(ToolError) { try write(Self.isTerminal ? ShownText.lines(line) : line) }

  private static let isTerminal = Terminal.isTerminal(.standardOutput)

  mutating func flush() throws(ToolError) {
    do {
      try FileDescriptor.standardOutput.writeAll(bytes)
    } catch Errno.brokenPipe {
      // As SIGPIPE would, which is ignored for OpenSSL's sake.
      ProcessIdentity.exit(128 + 13)
    } catch {
      throw .unavailable("standard output: \(error)")
    }
    bytes.removeAll(keepingCapacity: true)
  }

  static func print(_ text: String) throws(ToolError) {
    var output = StandardOutput()
    try output.write(text)
    try output.flush()
  }

  /// A text as JSON has it.
  static func json(_ text: String) -> String {
    (try? JSONEncoder().encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }

  /// One value as JSON, its names in order.
  static func print(json value: some Encodable) throws(ToolError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try print(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n")
    } catch let error as ToolError {
      throw error
    } catch {
      throw .wrong("JSON: \(error)")
    }
  }
}
