import ConnectionServer
import MemcacheProtocol
import Platform

/// What somebody who looks after the server may do with an item, or with all of them.
///
/// A key that is a word travels as it is, any other as base64 of meta commands: so every key is meant as it is, and none can be more
/// than a key. In base64 it must not be longer than a key may be, which leaves out binary ones of 187 bytes and more (`canName`).
package enum ItemChange: Sendable {
  case set(key: [UInt8], value: [UInt8], clientFlags: UInt32, seconds: Int64)
  case delete(key: [UInt8])
  case touch(key: [UInt8], seconds: Int64)
  case flush

  var request: [UInt8] {
    switch self {
    case .set(let key, let value, let clientFlags, let seconds):
      Self.line("ms", key, size: value.count, "F\(clientFlags) T\(Self.exptime(seconds))") + value + Self.end
    case .delete(let key): Self.line("md", key, "")
    case .touch(let key, let seconds): Self.line("mg", key, "T\(Self.exptime(seconds))")
    case .flush: [UInt8]("flush_all\r\n".utf8)
    }
  }

  /// Whether a command can name it.
  package static func canName(_ key: [UInt8]) -> Bool { isWord(key) || 1...maxEncoded ~= key.count }

  private static func isWord(_ key: [UInt8]) -> Bool {
    1...ProtocolLimits.maxKeyCount ~= key.count && key.allSatisfy { $0 > 32 && $0 != 127 }
  }

  /// So many bytes have 248 of base64.
  private static let maxEncoded = 186

  private static let end = [UInt8]("\r\n".utf8)

  /// Meta commands take no negative time; one second is as good.
  private static func exptime(_ seconds: Int64) -> Int64 { seconds < 0 ? 1 : seconds }

  private static func line(_ verb: String, _ key: [UInt8], size: Int? = nil, _ flags: String) -> [UInt8] {
    let count = size.map { " \($0)" } ?? ""
    if isWord(key) { return [UInt8]("\(verb) ".utf8) + key + [UInt8]("\(count) \(flags)\r\n".utf8) }
    var base64 = ByteBuffer(capacity: 400)
    Base64.write(key.span, to: &base64)
    let bytes = base64.bytes
    return [UInt8]("\(verb) ".utf8) + bytes.indices.map { bytes[$0] } + [UInt8]("\(count) b \(flags)\r\n".utf8)
  }

  package enum Outcome: Equatable, Sendable {
    case done, notFound
    /// As the server words it.
    case refused(String)
  }

  /// What an answer says.
  package static func outcome(_ answer: [UInt8]) -> Outcome {
    let text = String(decoding: answer, as: UTF8.self)
    let line = text.split(separator: "\r\n").first.map(String.init) ?? ""
    switch line.prefix(2) {
    case "HD", "OK": return .done
    case "NF", "EN": return .notFound
    default: return .refused(line.isEmpty ? "no answer" : String(decoding: line.utf8.prefix(200), as: UTF8.self))
    }
  }
}

extension AdminAccess {
  /// Nil where there is no worker.
  package func change(_ change: ItemChange) -> InternalCommand? { command(change.request) }
}
