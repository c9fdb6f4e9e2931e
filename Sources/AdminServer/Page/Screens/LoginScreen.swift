import CacheServer
import ClientLogin
import Platform

/// Logins of the page: the cache's own users (-Y), slowed as those of the cache are, and apart from them (`LoginOrigin.page`).
///
///     POST /login ──▶ slowed? ──┬─ no place to wait: told to come again, and not counted
///                               └▶ Login.attempt ──┬─ accepted: a session's cookie
///                                                  ├─ refused
///                                                  └─ waits: the answer is made when it is time, and only then is it looked at
struct WaitingLogins {
  /// Of all addresses, for connections of HTTP are few, and of one, so that whoever guesses keeps nobody else from the page.
  static let (limit, limitOfOrigin) = (8, 2)
  private var counts: [LoginOrigin: Int] = [:]

  func hasPlace(for origin: LoginOrigin) -> Bool {
    counts.values.reduce(0, +) < Self.limit && counts[origin, default: 0] < Self.limitOfOrigin
  }

  mutating func begin(_ origin: LoginOrigin) { counts[origin, default: 0] += 1 }

  mutating func end(_ origin: LoginOrigin) {
    let left = (counts[origin] ?? 1) - 1
    counts[origin] = left > 0 ? left : nil
  }
}

extension PageRouter {
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
    let origin = access.loginOrigin(client)
    if access.isSlowed(origin), !logins.hasPlace(for: origin) {
      return loginForm(request, .tooManyLogins, status: 429)
    }
    switch access.login(user, password, from: client) {
    case .accepted: return welcome(request, user, password)
    case .refused: return loginForm(request, .loginRefused, status: 403)
    case .waits(let nanoseconds):
      logins.begin(origin)
      let due = SystemClock.monotonicNanoseconds() + nanoseconds
      return .later { [unowned self] in
        guard SystemClock.monotonicNanoseconds() >= due else { return nil }
        logins.end(origin)
        return access.judge(user, password, from: client) == .accepted
          ? welcome(request, user, password) : loginForm(request, .loginRefused, status: 403)
      }
    }
  }

  private func welcome(_ request: PageRequest, _ user: [UInt8], _ password: [UInt8]) -> PageResult {
    let session = sessions.begin(user, mark: access.mark(user, password))
    return .goTo("/", cookies: [cookie(request, session, seconds: Sessions.lifeSeconds)])
  }

  private func cookie(_ request: PageRequest, _ value: String, seconds: UInt64) -> String {
    "\(sessions.cookieName)=\(value); Path=/; HttpOnly; SameSite=Strict; Max-Age=\(seconds)"
      + (request.isSecure ? "; Secure" : "")
  }

  func logOut(_ request: PageRequest) -> PageResult {
    if let session = request.session {
      sessions.end(session)
      console.forget(session)
    }
    return .goTo("/login", cookies: [cookie(request, "", seconds: 0)])
  }
}
