import CacheServer
import EventLoop

/// What stands around every screen: head, menu, languages, who is logged in.
struct PageFrame {
  private let request: PageRequest
  private let access: AdminAccess
  private let token: String?

  /// - Parameter token: of whoever has logged in.
  init(_ request: PageRequest, _ access: AdminAccess, token: String?) {
    (self.request, self.access, self.token) = (request, access, token)
  }

  private static let menu: [(path: String, phrase: Phrase)] = [
    ("/", .pair), ("/statistics", .statistics), ("/slabs", .slabs), ("/items", .items),
    ("/connections", .connections), ("/top", .top), ("/where", .whichServer), ("/console", .console),
  ]

  func html(_ title: String, _ main: HTML, refreshes: Bool) -> HTML {
    """
    <!DOCTYPE html>
    <html lang="\(request.language.rawValue)">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>\(title) – \(access.name)</title>
    <link rel="stylesheet" href="/page.css">
    <script src="/page.js" defer></script>
    </head>
    <body\(refreshes ? " data-refreshes=\"2000\"" as HTML : "")>
    <a class="skip" href="#main">\(request.say(.skipToContent))</a>
    <header><p class="name">repcached \(Settings.version.description) <strong>\(access.name)</strong></p>\(nav)</header>
    <main id="main"><h1>\(title)</h1>
    \(main)
    </main>
    <footer>\(languages)\(logout)</footer>
    </body>
    </html>
    """
  }

  private var nav: HTML {
    if access.needsLogin, request.session == nil { return HTML() }
    let items = Self.menu.filter { $0.path != "/console" || request.mayChange }.map { item -> HTML in
      let isHere = item.path == request.http.path
      return
        "<li><a href=\"\(item.path)\"\(isHere ? " aria-current=\"page\"" as HTML : "")>\(request.say(item.phrase))</a></li>"
    }
    return "<nav aria-label=\"\(request.say(.screens))\"><ul>\(items.joined())</ul></nav>"
  }

  private var languages: HTML {
    let links = Language.allCases.map { language -> HTML in
      let isHere = language == request.language
      return """
        <a href="\(address)lang=\(language.rawValue)" lang="\(language.rawValue)" hreflang="\(language.rawValue)"\
        \(isHere ? " aria-current=\"true\"" as HTML : "")>\(language.name)</a>
        """
    }
    return "<p class=\"languages\">\(links.joined())</p>"
  }

  /// Of this screen, for another language to be put behind it.
  private var address: String {
    if !request.http.isReading { return "/?" }
    let rest = request.http.query.split(separator: "&").filter { !$0.hasPrefix("lang=") }.map { $0 + "&" }
    return request.http.path + "?" + rest.joined()
  }

  private var logout: HTML {
    guard let session = request.session, let token else {
      return access.needsLogin ? HTML() : "<p>\(request.say(.readOnly))</p>"
    }
    return """
      <form method="post" action="/logout"><input type="hidden" name="token" value="\(token)">\
      <button>\(request.say(.logOut, session.user))</button></form>
      """
  }

  /// Nothing is loaded, run or framed but what the server itself gives.
  static let policy = """
    default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; \
    base-uri 'none'; frame-ancestors 'none'
    """

  /// The language that the query says is kept, if it is one and no other site has led here.
  static func response(_ html: HTML, _ status: Int, to request: PageRequest) -> HTTPResponse {
    var response = HTTPResponse.with(status, status == 200 ? "OK" : "Not Done", "text/html; charset=utf-8", html.markup)
    response.headers.removeAll { $0.name == "Content-Security-Policy" }
    response.headers += [("Content-Security-Policy", policy), ("Referrer-Policy", "same-origin")]
    if request.isFromHere, let language = Language(rawValue: request.query.text("lang")) {
      let secure = request.isSecure ? "; Secure" : ""
      response.headers.append(
        ("Set-Cookie", "lang=\(language.rawValue); Path=/; SameSite=Strict; Max-Age=31536000\(secure)"))
    }
    return response
  }
}
