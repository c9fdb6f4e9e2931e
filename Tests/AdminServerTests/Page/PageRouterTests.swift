import EventLoop
import Platform
import Testing

@testable import AdminServer

/// The page before a real cache, without sockets: who may what, and what stands in it.
@Suite("The page")
struct PageRouterTests {
  private let cache: ServedCache
  private let router: PageRouter

  init() throws {
    cache = try ServedCache()
    router = PageRouter(cache.access)
  }

  @Test("Each screen reads, has its language, head and policy, and nothing inline") func screens() throws {
    defer { cache.end() }
    try cache.store("k", "v")
    router.tick()
    for (path, route) in PageRouter.routes where route.read != nil && !route.isOpen {
      for language in Language.allCases {
        let answer = try ask(path, query: "lang=\(language.rawValue)&key=k&servers=a%3A1&h=6b")
        if ["/console", "/flush", "/key/confirm"].contains(path) {
          #expect(answer.status == 403, "\(path)")
          continue
        }
        #expect(answer.status == 200, "\(path)")
        let html = answer.body
        #expect(html.contains("<html lang=\"\(language.rawValue)\">") && html.contains("name=\"viewport\""), "\(path)")
        for inline in ["style=", "onclick", "<script>", "<style", "javascript:", "http://", "https://"] {
          #expect(!html.contains(inline), "\(inline) in \(path)")
        }
        let policy = answer.headers.filter { $0.name == "Content-Security-Policy" }.map(\.value)
        #expect(policy == [PageFrame.policy] && policy[0].hasPrefix("default-src 'none';"))
      }
    }
  }

  @Test("A key is shown as text, whatever its name is") func hostileKey() throws {
    defer { cache.end() }
    try cache.store("<script>alert(1)</script>", "v")
    for html in [try list(), try ask("/key", query: "key=%3Cscript%3Ealert(1)%3C/script%3E").body] {
      #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;") && !html.contains("<script>alert"))
    }
    let reflected = try ask("/items", query: "prefix=%22%3E%3Cscript%3Ex&pattern=%3Cb%3E").body
    #expect(!reflected.contains("<script>x") && !reflected.contains("<b>"))
  }

  /// All pages of the list.
  private func list() throws -> String {
    var (html, query) = ("", "")
    while true {
      let page = try ask("/items", query: query).body
      html += page
      guard let next = page.firstRange(of: "&amp;from=") else { return html }
      query = "from=" + page[next.upperBound...].prefix(while: \.isNumber)
    }
  }

  @Test("Without a login nothing is changed and no value is shown") func readOnly() throws {
    defer { cache.end() }
    try cache.store("k", "secret-value")
    for (path, route) in PageRouter.routes where route.change != nil && !route.isHarmless && !route.isOpen {
      #expect(try ask(path, form: "h=6b&value=x&sure=1&word=flush&command=flush_all").status == 403, "\(path)")
    }
    #expect(try !ask("/key", query: "key=k").body.contains("secret-value"))
    #expect(try ask("/login").status == 303)
    #expect(try ask("/login", form: "user=a&password=b").status == 403)
    #expect(cache.access.item([107], valueBytes: 100)?.value == [UInt8]("secret-value".utf8))
    #expect(try ask("/digests", form: "").status == 303)
    #expect(cache.access.digests == .underWay)
  }

  @Test("A form of another site, and another method, change nothing") func foreign() throws {
    defer { cache.end() }
    #expect(try ask("/digests", form: "", origin: "http://evil.example.org").status == 403)
    #expect(try ask("/digests", form: "", origin: "null").status == 403)
    #expect(cache.access.digests == .notAsked)
    #expect(try ask("/digests", form: "", origin: "https://localhost:9150").status == 303)
    #expect(try ask("/digests").status == 405 && ask("/items", form: "").status == 405)
    var request = HTTPRequest(method: .other, path: "/items", host: "localhost")
    request.query = ""
    guard case .now(let response)? = router.reply(to: request) else {
      Issue.record("no answer")
      return
    }
    #expect(response.status == 405)
    #expect(router.reply(to: HTTPRequest(path: "/nowhere", host: "localhost")) == nil)
  }

  @Test("Style and script are served by the daemon itself") func resources() throws {
    defer { cache.end() }
    for (path, type) in [("/page.css", "text/css; charset=utf-8"), ("/page.js", "text/javascript; charset=utf-8")] {
      let answer = try ask(path)
      #expect(answer.status == 200 && answer.body.count > 500)
      #expect(answer.headers.contains { $0 == ("Content-Type", type) })
    }
  }

  @Test("The language is what the query says, then what it has said before, then what the browser prefers")
  func language() throws {
    defer { cache.end() }
    let chosen = try ask("/", query: "lang=ja", headers: ["Accept-Language": "de", "Sec-Fetch-Site": "same-origin"])
    #expect(
      chosen.body.contains("lang=\"ja\"")
        && chosen.headers.contains { $0.name == "Set-Cookie" && $0.value.hasPrefix("lang=ja;") })
    #expect(
      try ask("/", headers: ["Accept-Language": "de", "Cookie": "x=1; lang=zh"]).body.contains("<html lang=\"zh\">"))
    #expect(try ask("/", headers: ["Accept-Language": "de"]).body.contains("<html lang=\"de\">"))
    #expect(try ask("/key", query: "lang=ja&h=6b").body.contains("href=\"/key?h=6b&amp;lang=de\""))
    let hostile = try ask("/", query: "lang=%0d%0aX:1").headers
    #expect(!hostile.isEmpty && hostile.allSatisfy { !$0.value.contains("X:1") })
  }

  @Test("Another site's link chooses no language for a year") func foreignLanguage() throws {
    defer { cache.end() }
    func isKept(_ headers: [String: String]) throws -> Bool {
      let answer = try ask("/", query: "lang=ja", headers: headers)
      #expect(answer.body.contains("<html lang=\"ja\">"))
      return answer.headers.contains { $0.name == "Set-Cookie" }
    }
    #expect(try isKept(["Sec-Fetch-Site": "none"]) && isKept(["Referer": "http://localhost:9150/key?h=6b"]))
    for site in ["cross-site", "same-site"] {
      #expect(try !isKept(["Sec-Fetch-Site": site, "Referer": "http://localhost:9150/"]))
    }
    #expect(try !isKept([:]) && !isKept(["Referer": "http://evil.example.org/localhost:9150/"]))
  }

  @Test("Listing that is turned off is off here, too") func dumping() throws {
    cache.end()
    let silent = try ServedCache { $0.isDumpingEnabled = false }
    defer { silent.end() }
    #expect(try Asking(silent, PageRouter(silent.access)).ask("/items").status == 403)
  }

  @Test("Without a login names of keys and clients are for this host alone") func elsewhere() throws {
    defer { cache.end() }
    let far = SocketAddress.numeric(host: "192.0.2.1", port: 1)
    for path in ["/items", "/key", "/connections", "/top"] {
      #expect(try Asking(cache, router).ask(path, query: "key=k", client: far).status == 403, "\(path)")
      #expect(try Asking(cache, router).ask(path, query: "key=k", client: nil).status == 403, "\(path)")
    }
    #expect(try Asking(cache, router).ask("/digests", form: "", client: far).status == 403)
    #expect(cache.access.digests == .notAsked)
    for path in ["/", "/statistics", "/slabs", "/where"] {
      #expect(try Asking(cache, router).ask(path, client: far).status == 200, "\(path)")
    }
  }

  private func ask(
    _ path: String, query: String = "", form: String? = nil, origin: String? = nil, headers: [String: String] = [:]
  ) throws -> HTTPResponse {
    try Asking(cache, router).ask(path, query: query, form: form, origin: origin, headers: headers)
  }
}
