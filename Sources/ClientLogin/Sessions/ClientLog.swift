import SystemPackage

/// What `-vv` tells of clients, in memcached's form: `<FD command`.
package struct ClientLog {
  private let log: @Sendable (String) -> Void
  private let socket: FileDescriptor

  private static let maxLineBytes = 256

  package init(_ socket: FileDescriptor, _ log: @escaping @Sendable (String) -> Void) {
    (self.socket, self.log) = (socket, log)
  }

  /// - Parameter speaking: the protocol that it has to speak, or what is said where it may choose.
  package func opened(speaking: String) { write("new \(speaking) client connection") }
  package func closed() { write("connection closed.") }

  /// - Parameter input: begins with the command's line.
  package func command(_ input: Span<UInt8>) {
    var text = ""
    for position in 0..<min(input.count, Self.maxLineBytes) {
      let byte = input[position]
      if byte == UInt8(ascii: "\n") { break }
      if byte == UInt8(ascii: "\r") { continue }
      text += Self.printable(byte)
    }
    write(text)
  }

  /// A command of the binary protocol.
  package func frame(_ opcode: UInt8, key: Span<UInt8>) { write(Self.text(opcode, key: key)) }

  package static func text(_ opcode: UInt8, key: Span<UInt8>) -> String {
    var text = "binary 0x" + (opcode < 16 ? "0" : "") + String(opcode, radix: 16)
    if !key.isEmpty { text += " " }
    for position in key.indices { text += printable(key[position]) }
    return text
  }

  package func told(_ text: String) { write(text) }

  private func write(_ text: String) { log("<\(socket.rawValue) \(text)") }

  /// What a client sends must not write to the terminal of whoever reads the log.
  private static func printable(_ byte: UInt8) -> String {
    if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }
}
