import MemcacheProtocol
import Platform
import Transport

/// A user and a password that servers want: the first line of a file, `user:password`, as the file of `-Y` has it.
///
/// **Invariants.** It is said only to who asks for it: see `ServerGreeting`.
final class ServerLogin: Sendable {
  private let user: [UInt8]
  private let password: [UInt8]

  static let maxBytes = 4096

  init(_ path: String) throws(ProxyError) {
    do throws(SecretFileError) {
      let file = try SecretFile.readShared(path, atMost: Self.maxBytes)
      (user, password) = Self.parts(file.bytes)
    } catch {
      throw ProxyError("--server-login: \(ProxyValue.printable(path)) \(error)")
    }
    if user.isEmpty || password.isEmpty {
      throw ProxyError("--server-login: \(ProxyValue.printable(path)) has no line user:password")
    }
  }

  /// Empty where there is no such line.
  private static func parts(_ text: Span<UInt8>) -> (user: [UInt8], password: [UInt8]) {
    var (user, password): ([UInt8], [UInt8]) = ([], [])
    var hasColon = false
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") { break }
      if hasColon {
        password.append(byte)
      } else if byte == UInt8(ascii: ":") {
        hasColon = true
      } else {
        user.append(byte)
      }
    }
    return (user, password)
  }

  /// The login of the text protocol: a `set` whose value they are.
  func writeText(to output: inout ByteBuffer) {
    let (user, password) = (user, password)
    let count = user.count + password.count + 1
    output.reserve(count + 64)
    output.append("set login 0 0 ")
    output.append(decimal: UInt64(count))
    output.append("\r\n")
    output.append(user.span)
    output.append(UInt8(ascii: " "))
    output.append(password.span)
    output.append("\r\n")
  }

  /// SASL PLAIN of the binary protocol, in one step.
  func writeFrame(to output: inout ByteBuffer) {
    let (user, password) = (user, password)
    let name = PlainCredentials.name.utf8CodeUnitCount
    let count = user.count + password.count + 2
    output.reserve(BinaryHeader.count + name + count)
    let body = UInt32(name + count)
    let header: [UInt8] = [
      BinaryHeader.requestMagic, BinaryOpcode.authenticate.rawValue, 0, UInt8(name), 0, 0, 0, 0, UInt8(body >> 24),
      UInt8(body >> 16 & 0xff), UInt8(body >> 8 & 0xff), UInt8(body & 0xff),
    ]
    output.append(header.span)
    for _ in header.count..<BinaryHeader.count { output.append(UInt8(0)) }
    output.append(PlainCredentials.name)
    output.append(UInt8(0))
    output.append(user.span)
    output.append(UInt8(0))
    output.append(password.span)
  }
}

/// What is said on a connection to a server that may want a login, before anything else.
///
/// ```
///   text     version ──▶ VERSION …                        no login is wanted, and none is told
///                   └──▶ CLIENT_ERROR unauthenticated ──▶ set login … ──▶ STORED
///   binary   SASL PLAIN ──▶ success, or a server that knows none
/// ```
///
/// A server that wants no login would keep the text login as an item, password and all: so it is asked first. Driven as a handshake is,
/// one step for each time that the socket is ready.
struct ServerGreeting: ~Copyable {
  enum Step {
    case wantsRead, wantsWrite, done
    case failed(String)
  }

  private let login: ServerLogin
  private let isBinary: Bool
  private var output = ByteBuffer(capacity: 64)
  private var answer = ByteBuffer(capacity: 4096)
  private var hasSaidLogin = false

  init(_ login: ServerLogin, isBinary: Bool) {
    (self.login, self.isBinary) = (login, isBinary)
    if isBinary {
      login.writeFrame(to: &output)
      hasSaidLogin = true
    } else {
      output.append("version\r\n")
    }
  }

  mutating func step(_ transport: Transport) -> Step {
    while true {
      if !output.isEmpty {
        switch transport.send(&output) {
        case .bytes: if !output.isEmpty { return .wantsWrite }
        case .wouldBlock: return .wantsWrite
        case .failed(let error): return .failed("\(error)")
        }
      }
      guard answer.space > 0 else { return .failed("the answer to a login is too long") }
      switch transport.receive(into: &answer) {
      case .bytes: if let step = isBinary ? takeFrame() : takeLine() { return step }
      case .wouldBlock: return .wantsRead
      case .closed, .failed: return .failed("the connection was closed at the login")
      }
    }
  }

  /// Nil: it goes on.
  private mutating func takeLine() -> Step? {
    guard let end = answer.bytes.indexOfNewline else { return nil }
    let line = String(decoding: (0...end).map { answer.bytes[$0] }, as: UTF8.self)
    if hasSaidLogin { return line == "STORED\r\n" ? .done : .failed("the login was refused") }
    if line == "CLIENT_ERROR unauthenticated\r\n" {
      answer.clear()
      hasSaidLogin = true
      login.writeText(to: &output)
      return nil
    }
    return line.hasPrefix("VERSION ") ? .done : .failed("the answer to version is none")
  }

  private mutating func takeFrame() -> Step? {
    guard let header = BinaryParser.header(of: answer.bytes) else { return nil }
    guard answer.bytes[0] == BinaryHeader.answerMagic, header.bodyCount <= 1024 else {
      return .failed("the answer to a login is none")
    }
    if answer.count < BinaryHeader.count + header.bodyCount { return nil }
    let status = UInt16(answer.bytes[6]) << 8 | UInt16(answer.bytes[7])
    let isAccepted = status == 0 || status == BinaryStatus.unknownCommand.rawValue
    return isAccepted ? .done : .failed("the login was refused")
  }
}
