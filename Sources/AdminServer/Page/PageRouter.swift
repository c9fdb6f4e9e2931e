import CacheServer
import EventLoop

/// The page: which screen answers which request, and who may ask for it.
///
/// ```
///   HTTPRequest ─▶ AdminSite: Host ─▶ PageRouter: route ─▶ login? ─▶ token? ─▶ a screen ─▶ PageFrame ─▶ HTTPReply
///                                          └ table                             └─ AdminAccess: numbers, items, commands
/// ```
///
/// **Who may.** Without -Y everybody who reaches the page reads, but names of keys and of clients only who is on this host; nobody
/// changes anything, and no value is shown. With -Y nothing is shown but the login; whoever has logged in may all. What changes something is a POST with the session's token.
/// **Owner**: the thread of HTTP. What a screen does takes some milliseconds, or is `PageResult.later`.
final class PageRouter {
  let access: AdminAccess
  let sessions: Sessions
  let history: History
  var logins = WaitingLogins()
  let top = TopWatch()
  let console = ConsoleLog()

  init(_ access: AdminAccess) {
    self.access = access
    sessions = Sessions(isCurrent: { access.hasUser(mark: $0) })
    history = History()
  }

  /// Once a second.
  func tick() {
    history.take(local: access.local, peer: access.peer)
    top.take()
  }

  func reply(to http: HTTPRequest) -> HTTPReply? {
    if let resource = Resource.at(http.path) {
      return http.isReading ? .now(resource.response) : .now(Self.onlyReading)
    }
    let request = PageRequest(http, sessions: sessions)
    guard let route = Self.routes[http.path] else { return nil }
    let isChange = http.method == .post
    guard let screen = isChange ? route.change : http.isReading ? route.read : nil else {
      return .now(.plain(405, "Method Not Allowed", "not by this method", [("Allow", route.methods)]))
    }
    if let refusal = refusal(of: request, route, isChange: isChange) { return .now(respond(refusal, to: request)) }
    return reply(screen(self)(request), to: request)
  }

  private static let onlyReading = HTTPResponse.plain(
    405, "Method Not Allowed", "GET and HEAD only", [("Allow", "GET, HEAD")])

  /// Why this one may not, if so.
  private func refusal(of request: PageRequest, _ route: Route, isChange: Bool) -> PageResult? {
    if isChange, !isOwnOrigin(request) { return message(request, .foreignForm, status: 403) }
    if route.isOpen { return nil }
    if access.needsLogin, request.session == nil { return .goTo("/login") }
    if route.isLocal, !access.needsLogin, request.http.client?.isLoopback != true {
      return message(request, .onlyHere, status: 403)
    }
    if !isChange || route.isHarmless && !access.needsLogin { return nil }
    guard let session = request.session else { return message(request, .readOnly, status: 403) }
    return sessions.isToken(request.form.text("token"), of: session) ? nil : message(request, .foreignForm, status: 403)
  }

  /// Browsers say where a form came from.
  private func isOwnOrigin(_ request: PageRequest) -> Bool {
    guard let origin = request.http.headers["Origin"], let host = request.http.host else { return true }
    // A proxy before it may speak TLS.
    return ["http://", "https://"].contains { origin.lowercased() == ($0 + host).lowercased() }
  }

  func message(_ request: PageRequest, _ phrase: Phrase, status: Int) -> PageResult {
    .page(title: request.say(.notDone), "<p class=\"bad\">\(request.say(phrase))</p>", status: status)
  }

  private func reply(_ result: PageResult, to request: PageRequest) -> HTTPReply {
    guard case .later(let look) = result else { return .now(respond(result, to: request)) }
    return .later { [unowned self] in look().map { self.respond($0, to: request) } }
  }

  private func respond(_ result: PageResult, to request: PageRequest) -> HTTPResponse {
    switch result {
    case .page(let title, let main, let status, let refreshes):
      let frame = PageFrame(request, access, token: request.session.map(sessions.token))
      return PageFrame.response(frame.html(title, main, refreshes: refreshes), status, to: request)
    case .goTo(let place, let cookies):
      let headers = [(name: "Location", value: place)] + cookies.map { (name: "Set-Cookie", value: $0) }
      return .plain(303, "See Other", place, headers)
    case .later: return .plain(500, "Internal Server Error", "an answer that waits twice")
    }
  }
}

/// One path of the page.
struct Route: Sendable {
  typealias Screen = @Sendable (PageRouter) -> (PageRequest) -> PageResult

  var read: Screen?
  var change: Screen?
  /// Without a login, too.
  var isOpen = false
  /// Names of keys, who the clients are, and what costs more than a look: without a login only for who is on this host.
  var isLocal = false
  /// It costs something and changes nothing: where there is no login, everybody may.
  var isHarmless = false

  var methods: String {
    [read == nil ? nil : "GET, HEAD", change == nil ? nil : "POST"].compactMap(\.self).joined(separator: ", ")
  }
}

extension PageRouter {
  /// A new screen is an entry here, and one of `PageFrame.menu`.
  static let routes: [String: Route] = [
    "/": Route(read: pairScreen),
    "/digests": Route(change: askDigests, isLocal: true, isHarmless: true),
    "/statistics": Route(read: statisticsScreen),
    "/slabs": Route(read: slabScreen),
    "/items": Route(read: itemScreen, isLocal: true),
    "/key": Route(read: keyScreen, isLocal: true),
    "/key/confirm": Route(read: confirmKey),
    "/key/set": Route(change: setKey),
    "/key/delete": Route(change: deleteKey),
    "/key/touch": Route(change: touchKey),
    "/flush": Route(read: confirmFlush, change: flush),
    "/connections": Route(read: connectionScreen, isLocal: true),
    "/top": Route(read: topScreen, change: startTop, isLocal: true),
    "/where": Route(read: whereScreen),
    "/console": Route(read: consoleScreen, change: runCommand),
    "/login": Route(read: loginScreen, change: logIn, isOpen: true),
    "/logout": Route(change: logOut),
  ]
}
