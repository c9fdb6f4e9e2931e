import SystemPackage

/// What `-vv` tells of clients, in memcached's form: `<FD command`.
struct ClientLog {
  let context: ServerContext
  let socket: FileDescriptor

  private static let maxLineBytes = 256

  func opened() {
    let name =
      context.settings.bindingProtocol == .auto ? "auto-negotiating" : context.settings.bindingProtocol.rawValue
    write("new \(name) client connection")
  }
  func closed() { write("connection closed.") }

  /// - Parameter input: begins with the command's line.
  func command(_ input: Span<UInt8>) {
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
  func frame(_ opcode: UInt8, key: Span<UInt8>) { write(Self.text(opcode, key: key)) }

  static func text(_ opcode: UInt8, key: Span<UInt8>) -> String {
    var text = "binary 0x" + (opcode < 16 ? "0" : "") + String(opcode, radix: 16)
    if !key.isEmpty { text += " " }
    for position in key.indices { text += printable(key[position]) }
    return text
  }

  func told(_ text: String) { write(text) }

  private func write(_ text: String) { context.log("<\(socket.rawValue) \(text)") }

  /// What a client sends must not write to the terminal of whoever reads the log.
  private static func printable(_ byte: UInt8) -> String {
    if (0x20...0x7e).contains(byte), byte != UInt8(ascii: "\\") { return String(UnicodeScalar(byte)) }
    let digits = String(byte, radix: 16)
    return "\\x" + (digits.count == 1 ? "0" : "") + digits
  }
}
