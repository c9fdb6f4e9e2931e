import MessageAuthentication
import Platform

// Users and their passwords, in a form that tells nobody what they are.
//
//   file   user:password ──┐
//                          ├─▶ HMAC-SHA256 of each, under a key of this process ─▶ two codes a line
//   client user password ──┘                                                        └ compared with every line's, to the end
//
// Invariants. A comparison looks at both codes of every line, each in constant time, and adds up what it found: how long it
// takes tells neither which part was wrong, nor how far it was right, nor which line it is. Codes have one length, so
// neither do the lengths of what is listed matter. What was read of the file is wiped by who has read it.
// Locks: none; it never changes. It must not know files, protocols, or who asks how often.
struct LoginUsers: Sendable {
  private struct Line {
    let user: AuthenticationCode
    let password: AuthenticationCode
  }

  private let key: AuthenticationKey
  private var lines: [Line] = []

  init() {
    var random = SystemRandomNumberGenerator()
    let bytes = [32 of UInt8] { _ in random.next() }
    key = AuthenticationKey(SecretBytes(copying: bytes.span))
  }

  var count: Int { lines.count }

  mutating func add(_ user: Span<UInt8>, _ password: Span<UInt8>) {
    lines.append(Line(user: key.code(of: user), password: key.code(of: password)))
  }

  /// Whether one line has this user with this password. A user may have several.
  func contains(_ user: Span<UInt8>, _ password: Span<UInt8>) -> Bool {
    let (userCode, passwordCode) = (key.code(of: user), key.code(of: password))
    var found = 0
    for line in lines {
      let isUser = line.user == userCode ? 1 : 0
      let isPassword = line.password == passwordCode ? 1 : 0
      found |= isUser & isPassword
    }
    return found != 0
  }
}
