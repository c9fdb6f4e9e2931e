import CacheServer
import Platform

/// Logins of the page: the cache's own users (-Y), slowed as those of the cache are, and with them.
///
///     POST /login ──▶ Login.attempt ──┬─ accepted: a session's cookie
///                                     ├─ refused
///                                     └─ waits: the answer is made when it is time, and only then is it looked at
final class WaitingLogins {
  /// Of all addresses. Beyond that they are told to come again: connections of HTTP are few.
  static let limit = 8
  fileprivate var count = 0
}

extension PageDesk {
  func loginScreen(_ request: PageRequest) -> PageResult {
    if !access.needsLogin || request.session != nil { return .goTo("/") }
    return loginForm(request, nil, status: 200)
  }

  private func loginForm(_ request: PageRequest, _ fault: Phrase?, status: Int) -> PageResult {
    let told: HTML = fault.map { "<p class=\"bad\" role=\"alert\">\(request.say($0))</p>" } ?? ""
    let main: HTML = """
      \(told)<form method="post" action="/login">
      <label>\(request.say(.user))<input name="user" autocomplete="username" required></label>
      <label>\(request.say(.password))<input name="password" type="password" autocomplete="current-password" required></label>
      <p><button>\(request.say(.logIn))</button></p></form>
      """
    return .page(title: request.say(.logIn), main, status: status)
  }

  func logIn(_ request: PageRequest) -> PageResult {
    let (user, password) = (request.form.bytes("user") ?? [], request.form.bytes("password") ?? [])
    let client = request.http.client
    switch access.login(user, password, from: client) {
    case .accepted: return welcome(user)
    case .refused: return loginForm(request, .loginRefused, status: 403)
    case .waits(let nanoseconds):
      guard logins.count < WaitingLogins.limit else { return loginForm(request, .tooManyLogins, status: 429) }
      logins.count += 1
      let due = SystemClock.monotonicNanoseconds() + nanoseconds
      return .later { [unowned self] in
        guard SystemClock.monotonicNanoseconds() >= due else { return nil }
        logins.count -= 1
        return access.judge(user, password, from: client) == .accepted
          ? welcome(user) : loginForm(request, .loginRefused, status: 403)
      }
    }
  }

  private func welcome(_ user: [UInt8]) -> PageResult {
    .goTo(
      "/",
      cookies: [
        "\(Sessions.cookieName)=\(sessions.begin(user)); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(Sessions.lifeSeconds)"
      ])
  }

  func logOut(_ request: PageRequest) -> PageResult {
    if let session = request.session { sessions.end(session) }
    return .goTo("/login", cookies: ["\(Sessions.cookieName)=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"])
  }
}
