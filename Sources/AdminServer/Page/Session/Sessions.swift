import MessageAuthentication
import Platform

/// Who has logged in, by a signed cookie, and the tokens without which nothing is changed.
///
/// ```
///   cookie   user(hex) . end(unix seconds) . number . mark . HMAC(key, "session" user end number mark)
///   token                                                    HMAC(key, "change" number)         in every form
/// ```
///
/// **Invariants.** The key is of this process: after a restart everybody logs in again, and so is the cookie's name, for cookies know no
/// ports: two daemons of one host have two. A session ends after twelve hours, whatever is done with it; when it is logged out, which is
/// remembered until it would have ended; and when the user with that password is no more, which the mark tells (`Login.mark`). Codes are
/// compared in constant time. What a form brings without its session's token changes nothing: another site can have a browser send the
/// cookie, but cannot know the token (and SameSite=Strict has the browser not send it).
///
/// **Bounds.** Nothing is kept for a session but the numbers of those that were ended, and of them a thousand. Numbers count up: beyond
/// a thousand the oldest of them and all that began before it have ended.
final class Sessions {
  let cookieName: String
  static let lifeSeconds: UInt64 = 12 * 3600
  static let maxEnded = 1000

  private let key: AuthenticationKey
  private let unixSeconds: () -> UInt64
  private let isCurrent: ([UInt8]) -> Bool
  private var ended: [UInt64: UInt64] = [:]
  /// All to this number have ended.
  private var endedThrough: UInt64 = 0
  private var last: UInt64 = 0

  /// - Parameter isCurrent: whether a mark still stands for somebody who may log in.
  init(
    unixSeconds: @escaping () -> UInt64 = { SystemClock.unixMicroseconds() / 1_000_000 },
    isCurrent: @escaping ([UInt8]) -> Bool = { _ in true }
  ) {
    var random = SystemRandomNumberGenerator()
    let bytes = [32 of UInt8] { _ in random.next() }
    key = AuthenticationKey(SecretBytes(copying: bytes.span))
    cookieName = "repcached-" + HexText.text((0..<4).map { _ in random.next() })
    (self.unixSeconds, self.isCurrent) = (unixSeconds, isCurrent)
  }

  /// The cookie's value for somebody who has logged in.
  func begin(_ user: [UInt8], mark: [UInt8] = []) -> String {
    last += 1
    let claims = "\(HexText.text(user)).\(unixSeconds() + Self.lifeSeconds).\(last).\(HexText.text(mark))"
    return "\(claims).\(code("session", claims))"
  }

  func session(_ cookie: String) -> Session? {
    let parts = cookie.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 5, let user = HexText.bytes([UInt8](parts[0].utf8)), let end = UInt64(parts[1]),
      let number = UInt64(parts[2]), let mark = HexText.bytes([UInt8](parts[3].utf8))
    else { return nil }
    let isSigned = areEqual(String(parts[4]), code("session", parts[0..<4].joined(separator: ".")))
    guard isSigned, unixSeconds() < end, number > endedThrough, ended[number] == nil, isCurrent(mark) else {
      return nil
    }
    return Session(user: String(decoding: user, as: UTF8.self), end: end, number: number)
  }

  func end(_ session: Session) {
    ended[session.number] = session.end
    if ended.count <= Self.maxEnded { return }
    ended = ended.filter { $0.value > unixSeconds() }
    guard ended.count > Self.maxEnded, let oldest = ended.keys.min() else { return }
    endedThrough = max(endedThrough, oldest)
    ended[oldest] = nil
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
