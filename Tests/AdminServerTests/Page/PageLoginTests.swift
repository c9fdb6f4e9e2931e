import EventLoop
import Platform
import TestSupport
import Testing

@testable import AdminServer

/// The page of a server with -Y: nothing before the login, everything after it, and every action with its token.
@Suite("The page with a login")
struct PageLoginTests {
  private let cache: ServedCache
  private let router: PageRouter
  private let asking: Asking

  init() throws {
    cache = try ServedCache(users: "foo:bar\nkäse:b r\n")
    router = PageRouter(cache.access)
    asking = Asking(cache, router)
  }

  /// The cookie of somebody who has logged in, and the token of the forms.
  private func logIn() throws -> (cookie: [String: String], token: String) {
    let answer = try asking.ask("/login", form: "user=foo&password=bar")
    let cookie =
      answer.headers.first { $0.name == "Set-Cookie" }?.value.split(separator: ";").first.map(String.init) ?? ""
    let html = try asking.ask("/flush", headers: ["Cookie": cookie]).body
    let token =
      html.firstRange(of: "name=\"token\" value=\"").map { html[$0.upperBound...].prefix { $0 != "\"" } } ?? ""
    return (["Cookie": cookie], String(token))
  }

  @Test("Before the login every path leads to it, and nothing is told or done") func before() throws {
    defer { cache.end() }
    try cache.store("k", "v")
    for (path, route) in PageRouter.routes where !route.isOpen {
      if route.read != nil {
        let answer = try asking.ask(path, query: "key=k")
        #expect(answer.status == 303 && answer.headers.contains { $0 == ("Location", "/login") }, "\(path)")
      }
      if route.change != nil {
        #expect(try asking.ask(path, form: "h=6b&sure=1&word=flush&token=x").status == 303, "\(path)")
      }
    }
    let login = try asking.ask("/login")
    #expect(login.status == 200 && login.body.contains("type=\"password\"") && !login.body.contains("<nav"))
    #expect(cache.access.item([107], valueBytes: 0) != nil)
  }

  @Test("A wrong password is refused, the next attempt waits, and a right one gets in") func slowed() throws {
    defer { cache.end() }
    let refused = try asking.ask("/login", form: "user=foo&password=wrong")
    #expect(refused.status == 403 && !refused.headers.contains { $0.name == "Set-Cookie" })
    let begin = SystemClock.monotonicNanoseconds()
    let accepted = try asking.ask("/login", form: "user=k%C3%A4se&password=b+r")
    #expect(accepted.status == 303 && SystemClock.monotonicNanoseconds() - begin >= 100_000_000)
    let cookie = accepted.headers.first { $0.name == "Set-Cookie" }?.value ?? ""
    #expect(cookie.contains("; HttpOnly; SameSite=Strict;"))
  }

  @Test("Values are shown, in the form that is asked for") func values() throws {
    defer { cache.end() }
    try cache.store("k", "{\"a\":[1]}")
    let (cookie, _) = try logIn()
    #expect(
      try asking.ask("/key", query: "key=k", headers: cookie).body.contains("{\n  &quot;a&quot;: [\n    1\n  ]\n}"))
    #expect(try asking.ask("/key", query: "key=k&as=hex", headers: cookie).body.contains("000000  7b 22 61 22"))
  }

  @Test("Set, touch and delete are done with the token alone, and with a confirmation") func changes() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    #expect(!token.isEmpty)
    func say(_ path: String, _ form: String) throws -> Int { try asking.ask(path, form: form, headers: cookie).status }
    let set = "h=6b&value=a%0D%0Ab%3C&flags=5&seconds=100"
    #expect(try say("/key/set", "\(set)&sure=1") == 403 && say("/key/set", "\(set)&sure=1&token=0\(token)") == 403)
    #expect(try say("/key/set", "\(set)&token=\(token)") == 400, "not confirmed")
    #expect(cache.access.item([107], valueBytes: 0) == nil)
    #expect(try say("/key/set", "\(set)&sure=1&token=\(token)") == 303)
    let item = cache.access.item([107], valueBytes: 100)
    #expect(item?.value == [UInt8]("a\r\nb<".utf8) && item?.clientFlags == 5)
    #expect(try say("/key/touch", "h=6b&seconds=0&sure=1&token=\(token)") == 303)
    #expect(cache.access.item([107], valueBytes: 0)?.remaining == 0)
    #expect(
      try say("/key/touch", "h=6b&seconds=x&sure=1&token=\(token)") == 400
        && say("/key/touch", "h=6b&seconds=9&token=\(token)") == 400)
    #expect(
      try say("/key/delete", "h=6b&token=\(token)") == 400 && say("/key/delete", "h=6b&sure=1&token=\(token)") == 303)
    #expect(try say("/key/delete", "h=6b&sure=1&token=\(token)") == 404)
    #expect(try say("/key/set", "h=&value=1&flags=1&seconds=1&sure=1&token=\(token)") == 400)
  }

  @Test("Everything is flushed only by who has typed the word") func flushing() throws {
    defer { cache.end() }
    try cache.store("k", "v")
    let (cookie, token) = try logIn()
    #expect(try asking.ask("/flush", form: "word=no&token=\(token)", headers: cookie).status == 400)
    #expect(cache.access.item([107], valueBytes: 0) != nil)
    #expect(try asking.ask("/flush", form: "word=flush&token=\(token)", headers: cookie).status == 303)
    #expect(cache.access.item([107], valueBytes: 0) == nil)
  }

  @Test("The console executes, remembers, and leaves out what never ends") func console() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    func say(_ command: String) throws -> Int {
      try asking.ask("/console", form: "command=\(command.percentEncoded)&token=\(token)", headers: cookie).status
    }
    #expect(try say("set k 0 0 3\r\n<b>") == 303 && say("get k") == 303 && say("nonsense") == 303)
    let html = try asking.ask("/console", headers: cookie).body
    #expect(html.contains("STORED") && html.contains("VALUE k 0 3\r\n&lt;b&gt;") && html.contains("ERROR"))
    for command in ["watch", "WATCH fetchers", "shutdown", "quit"] { #expect(try say(command) == 400, "\(command)") }
    for number in 0..<30 { #expect(try say("get \(number)") == 303) }
    #expect(try !asking.ask("/console", headers: cookie).body.contains("STORED"), "it remembers the last twenty")
  }

  @Test("Hot keys are sampled when they are asked for") func hot() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    #expect(try asking.ask("/top", form: "token=\(token)", headers: cookie).status == 303)
    cache.turn()
    for _ in 0..<3 { try cache.store("<hot>", "v") }
    let isSampled = eventually(within: .seconds(10)) {
      cache.turn()
      router.tick()
      return router.top.sampled > 0
    }
    #expect(isSampled)
    let html = try asking.ask("/top", headers: cookie).body
    #expect(html.contains("&lt;hot&gt;") && html.contains("href=\"/key?h=3c686f743e\""))
  }

  @Test("Who has logged out, and whose cookie was made up, is nobody") func logout() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    #expect(try asking.ask("/", headers: cookie).status == 200)
    #expect(try asking.ask("/logout", form: "token=\(token)", headers: cookie).status == 303)
    #expect(try asking.ask("/", headers: cookie).status == 303)
    #expect(
      try asking.ask("/", headers: ["Cookie": "\(router.sessions.cookieName)=666f6f.99999999999.1..00"]).status == 303)
  }

  @Test("Who guesses keeps nobody else from the page, nor those of the cache who share his address") func crowded()
    throws
  {
    defer { cache.end() }
    let guesser = SocketAddress.numeric(host: "192.0.2.1", port: 1)
    _ = try asking.ask("/login", form: "user=foo&password=wrong", client: guesser)
    let waiting = (0..<2).compactMap { _ in asking.begin("/login", form: "user=foo&password=wrong", client: guesser) }
    #expect(waiting.count == 2)
    let before = cache.access.isSlowed(cache.access.loginOrigin(guesser))
    #expect(before && asking.begin("/login", form: "user=foo&password=bar", client: guesser) == nil, "too many of one")
    #expect(
      try asking.ask("/login", form: "user=foo&password=bar", client: .numeric(host: "192.0.2.2", port: 1)).status
        == 303)
    for look in waiting { #expect(asking.finish(look)?.status == 403) }
  }

  @Test("Who is taken out of the file, or has another password, is out; nobody else is") func removed() throws {
    defer { cache.end() }
    let (foo, _) = try logIn()
    let accepted = try asking.ask("/login", form: "user=k%C3%A4se&password=b+r")
    let other = [
      "Cookie": accepted.headers.first { $0.name == "Set-Cookie" }?.value.split(separator: ";").first.map(String.init)
        ?? ""
    ]
    try cache.reload(users: "foo:new\nkäse:b r\n")
    #expect(try asking.ask("/", headers: foo).status == 303 && asking.ask("/", headers: other).status == 200)
    try cache.reload(users: "foo:new\n")
    #expect(try asking.ask("/", headers: other).status == 303)
  }

  @Test("Over https the cookie is for https alone") func secure() throws {
    defer { cache.end() }
    func cookie(_ origin: String?) throws -> String {
      try asking.ask("/login", form: "user=foo&password=bar", origin: origin).headers.first { $0.name == "Set-Cookie" }?
        .value ?? ""
    }
    #expect(try cookie("https://localhost:9150").hasSuffix("; Secure"))
    #expect(try !cookie("http://localhost:9150").contains("Secure") && !cookie(nil).contains("Secure"))
  }

  @Test("What was said at the console goes with the session") func forgotten() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    #expect(try asking.ask("/console", form: "command=version&token=\(token)", headers: cookie).status == 303)
    #expect(!router.console.logs.isEmpty)
    #expect(try asking.ask("/logout", form: "token=\(token)", headers: cookie).status == 303)
    #expect(router.console.logs.isEmpty)
  }

  @Test("A command is kept by bytes, not by characters of any length") func longCommand() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    let command = "a" + String(repeating: "\u{301}", count: 20_000)
    #expect(try asking.ask("/console", form: "command=\(command)&token=\(token)", headers: cookie).status == 303)
    #expect(try asking.ask("/console", headers: cookie).body.utf8.count < 30_000)
  }

  @Test("A key that no command can name is said to be one") func unnameable() throws {
    defer { cache.end() }
    let (cookie, token) = try logIn()
    let binary = HexText.text([32] + [UInt8](repeating: 97, count: 249))
    let answer = try asking.ask("/key/delete", form: "h=\(binary)&sure=1&token=\(token)", headers: cookie)
    #expect(answer.status == 400 && answer.body.contains("186 bytes"))
    let word = HexText.text([UInt8](repeating: 97, count: 250))
    #expect(try asking.ask("/key/delete", form: "h=\(word)&sure=1&token=\(token)", headers: cookie).status == 404)
  }
}
