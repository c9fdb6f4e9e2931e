import MessageAuthentication
import Platform

/// Who has logged in, by a signed cookie, and the tokens without which nothing is changed.
///
/// ```
///   cookie   user(hex) . end(unix seconds) . number . HMAC(key, "session" user end number)
///   token                                             HMAC(key, "change" number)         in every form
/// ```
///
/// **Invariants.** The key is of this process: after a restart everybody logs in again. A session ends after twelve hours, whatever is
/// done with it, or when it is logged out, which is remembered until it would have ended. Codes are compared in constant time. What a
/// form brings without its session's token changes nothing: another site can have a browser send the cookie, but cannot know the
/// token (and SameSite=Strict has the browser not send it). Nothing is kept for a session but the numbers of those that were ended.
final class Sessions {
  static let cookieName = "repcached"
  static let lifeSeconds: UInt64 = 12 * 3600
  private static let maxEnded = 1000

  private let key: AuthenticationKey
  private let unixSeconds: () -> UInt64
  private var ended: [UInt64: UInt64] = [:]

  init(unixSeconds: @escaping () -> UInt64 = { SystemClock.unixMicroseconds() / 1_000_000 }) {
    var random = SystemRandomNumberGenerator()
    let bytes = [32 of UInt8] { _ in random.next() }
    key = AuthenticationKey(SecretBytes(copying: bytes.span))
    self.unixSeconds = unixSeconds
  }

  /// The cookie's value for somebody who has logged in.
  func begin(_ user: [UInt8]) -> String {
    let claims = "\(HexText.text(user)).\(unixSeconds() + Self.lifeSeconds).\(UInt64.random(in: 0...UInt64.max))"
    return "\(claims).\(code("session", claims))"
  }

  func session(_ cookie: String) -> Session? {
    let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4, let user = HexText.bytes([UInt8](parts[0].utf8)), let end = UInt64(parts[1]),
      let number = UInt64(parts[2])
    else { return nil }
    let isSigned = areEqual(String(parts[3]), code("session", parts[0..<3].joined(separator: ".")))
    guard isSigned, unixSeconds() < end, ended[number] == nil else { return nil }
    return Session(user: String(decoding: user, as: UTF8.self), end: end, number: number)
  }

  func end(_ session: Session) {
    ended = ended.filter { $0.value > unixSeconds() }
    // So many are no logouts any more: then everybody's session is as good as it was.
    if ended.count < Self.maxEnded { ended[session.number] = session.end }
  }

  func token(_ session: Session) -> String { code("change", String(session.number)) }

  func isToken(_ token: String, of session: Session) -> Bool { areEqual(token, self.token(session)) }

  private func code(_ purpose: String, _ claims: String) -> String {
    let message = [UInt8]("\(purpose)\u{0}\(claims)".utf8)
    let code = key.code(of: message.span)
    return HexText.text(code.bytes.indices.map { code.bytes[$0] })
  }

  private func areEqual(_ left: String, _ right: String) -> Bool {
    ConstantTime.areEqual([UInt8](left.utf8).span, [UInt8](right.utf8).span)
  }
}

/// Somebody who has logged in.
struct Session: Sendable, Equatable {
  let user: String
  /// Unix seconds.
  let end: UInt64
  let number: UInt64
}
