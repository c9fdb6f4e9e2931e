import EventLoop

/// A request for a screen: what was asked, in which language, and who asks.
struct PageRequest {
  let http: HTTPRequest
  let query: Fields
  /// Of a POST.
  let form: Fields
  let language: Language
  /// Who has logged in; nil: nobody, or there is no login.
  let session: Session?
  /// It may change something, and see values: the page has a login and this one has logged in.
  var mayChange: Bool { session != nil }

  init(_ http: HTTPRequest, sessions: Sessions) {
    self.http = http
    query = Fields(http.query)
    let isForm = http.headers["Content-Type"]?.lowercased().hasPrefix("application/x-www-form-urlencoded") ?? false
    form = http.method == .post && isForm ? Fields(http.body) : Fields()
    let cookies = Cookies(http.headers["Cookie"] ?? "")
    session = cookies[sessions.cookieName].flatMap(sessions.session)
    language =
      Language(rawValue: query.text("lang")) ?? cookies["lang"].flatMap(Language.init)
      ?? Language.preferred(http.headers["Accept-Language"] ?? "") ?? .english
  }

  /// The browser has come by TLS, to this server or to a proxy before it.
  var isSecure: Bool {
    http.isSecure || http.headers["Origin"]?.lowercased().hasPrefix("https://") ?? false
  }

  /// The browser says that a page of this server has led here, or nothing but its user.
  var isFromHere: Bool {
    if let site = http.headers["Sec-Fetch-Site"] { return ["same-origin", "none"].contains(site) }
    // Browsers say it only to https and to loopback; but where a link was on a page of this server they say that.
    guard let host = http.host, let referer = http.headers["Referer"]?.lowercased() else { return false }
    return ["http://", "https://"].contains { referer.hasPrefix(($0 + host + "/").lowercased()) }
  }

  func say(_ phrase: Phrase, _ arguments: String...) -> String { phrase.text(language, arguments) }

  /// The cells of a table's head.
  func heads(_ columns: [(phrase: Phrase, isNumber: Bool)]) -> HTML {
    let cells = columns.map { column -> HTML in
      "<th scope=\"col\"\(column.isNumber ? " class=\"number\"" as HTML : "")>\(say(column.phrase))</th>"
    }
    return cells.joined()
  }

  /// The key that is meant: exact by digits, or as it was typed.
  var key: [UInt8]? {
    let fields = http.method == .post ? form : query
    let key = fields.hex("h") ?? fields.bytes("key")
    return key.flatMap { 1...250 ~= $0.count ? $0 : nil }
  }
}

/// `name=value; …` of a Cookie header.
struct Cookies {
  private var values: [String: String] = [:]

  init(_ header: String) {
    for part in header.split(separator: ";").prefix(50) {
      let pair = String(part).trimmed.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if pair.count == 2, values[String(pair[0])] == nil { values[String(pair[0])] = String(pair[1]) }
    }
  }

  subscript(name: String) -> String? { values[name] }
}

/// What comes of a request for a screen.
enum PageResult {
  /// - Parameter refreshes: its live parts are asked for again by the script.
  case page(title: String, HTML, status: Int = 200, refreshes: Bool = false)
  case goTo(String, cookies: [String] = [])
  /// Asked again until there is one; it ends of itself.
  case later(() -> PageResult?)
}
