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
    let mark: AuthenticationCode
  }

  private let key: AuthenticationKey
  private var lines: [Line] = []

  /// - Parameter key: marks are the same under the same key.
  init(key: AuthenticationKey = LoginUsers.newKey()) { self.key = key }

  static func newKey() -> AuthenticationKey {
    var random = SystemRandomNumberGenerator()
    let bytes = [32 of UInt8] { _ in random.next() }
    return AuthenticationKey(SecretBytes(copying: bytes.span))
  }

  var count: Int { lines.count }

  mutating func add(_ user: Span<UInt8>, _ password: Span<UInt8>) {
    let (userCode, passwordCode) = (key.code(of: user), key.code(of: password))
    lines.append(Line(user: userCode, password: passwordCode, mark: mark(userCode, passwordCode)))
  }

  /// What stands for a user with a password, and tells neither: the code of both codes.
  func mark(_ user: Span<UInt8>, _ password: Span<UInt8>) -> AuthenticationCode {
    mark(key.code(of: user), key.code(of: password))
  }

  private func mark(_ user: AuthenticationCode, _ password: AuthenticationCode) -> AuthenticationCode {
    let codes = user.bytes.indices.map { user.bytes[$0] } + password.bytes.indices.map { password.bytes[$0] }
    return key.code(of: codes.span)
  }

  /// Whether one line has this mark.
  func contains(mark: Span<UInt8>) -> Bool {
    var found = 0
    for line in lines { found |= ConstantTime.areEqual(line.mark.bytes.span, mark) ? 1 : 0 }
    return found != 0
  }

  /// Whether one line has this user with this password. A user may have several.
  ///
  /// - Parameter areEqual: in constant time; tests count how often it is asked.
  func contains(
    _ user: Span<UInt8>, _ password: Span<UInt8>,
    areEqual: (AuthenticationCode, AuthenticationCode) -> Bool = { $0 == $1 }
  ) -> Bool {
    let (userCode, passwordCode) = (key.code(of: user), key.code(of: password))
    var found = 0
    for line in lines {
      let isUser = areEqual(line.user, userCode) ? 1 : 0
      let isPassword = areEqual(line.password, passwordCode) ? 1 : 0
      found |= isUser & isPassword
    }
    return found != 0
  }
}
