import Foundation
import Testing

/// The page of real pairs: both sides' numbers by frames on the link, on either side's page.
@Suite("The page of a pair", .enabled(if: Executable.isRepcached, "memcached serves no page"))
struct PageTests {
  let rig = Rig()

  /// Both with a page.
  private func pair(_ optionsA: [String] = [], _ optionsB: [String] = []) throws -> (
    a: Daemon, b: Daemon, httpA: UInt16, httpB: UInt16
  ) {
    var (sideA, sideB) = try Pair.sides(.onlyBConnects)
    let (httpA, httpB) = (try FreePorts.next(), try FreePorts.next())
    sideA.options = ["-o", "http=127.0.0.1:\(httpA)"] + optionsA
    sideB.options = ["-o", "http=127.0.0.1:\(httpB)"] + optionsB
    let (a, b) = (try rig.start(sideA), try rig.start(sideB))
    return (a, b, httpA, httpB)
  }

  private func page(_ port: UInt16, _ path: String = "/", _ more: String = "") throws -> String {
    try HTTPAnswer.get(path, port: port, more: more).body
  }

  /// The article of one side.
  private func side(_ name: String, _ html: String) -> String {
    html.range(of: "<article class=\"side \(name)\"").map { String(html[$0.upperBound...]) }
      .map { text in text.range(of: "</article>").map { String(text[..<$0.lowerBound]) } ?? text } ?? ""
  }

  @Test("Each page shows both sides, and follows them") func numbers() throws {
    let (a, b, httpA, httpB) = try pair()
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try a.client().fill("k", 0..<1234, "value")
    for port in [httpA, httpB] {
      #expect(
        try eventually {
          let html = try page(port)
          return side("local", html).contains("<dd>1,234</dd>") && side("remote", html).contains("<dd>1,234</dd>")
        })
    }
    // The other side tells its own once a second.
    let isTold = try eventually {
      let html = try page(httpB)
      return side("local", html).contains("SLAVE") && side("remote", html).contains("MASTER")
        && side("remote", html).contains("<code>stream</code>")
    }
    #expect(isTold)
  }

  @Test("Digests are compared when somebody asks") func digests() throws {
    let (a, b, httpA, _) = try pair()
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try a.client().fill("k", 0..<500, "value")
    #expect(try page(httpA).contains("Not compared yet"))
    let client = try Client(to: .local(httpA))
    try client.send("POST /digests HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    #expect(try client.rest().hasPrefix("HTTP/1.1 303"))
    #expect(try eventually { try page(httpA).contains("Equal: both sides hold the same") })
  }

  @Test("A key is shown as both sides have it") func key() throws {
    let (a, b, httpA, httpB) = try pair()
    for daemon in [a, b] { try daemon.mustStream() }
    _ = try a.client().store("set", "k", "hello", flags: 7)
    for port in [httpA, httpB] {
      #expect(try eventually { try page(port, "/key?key=k").contains("Both sides hold the same.") })
      #expect(try page(port, "/key?key=k").components(separatedBy: "<td>7</td>").count == 3)
    }
    #expect(try a.client().command("delete k") == "DELETED")
    #expect(try eventually { try !page(httpB, "/key?key=k").contains("<td>an item</td>") })
  }

  @Test("When one side is dead the other says so, with what to do") func dead() throws {
    let (a, b, _, httpB) = try pair()
    for daemon in [a, b] { try daemon.mustStream() }
    a.kill()
    #expect(try eventually { try page(httpB).contains("No link to 127.0.0.1:") })
    let html = try page(httpB, "/", "Accept-Language: de\r\n")
    #expect(html.contains("Keine Verbindung zu 127.0.0.1:") && html.contains("Läuft sie?"))
    #expect(side("remote", html).contains("Im Moment gibt es keine Gegenseite"))
    #expect(try HTTPAnswer.get("/key?key=k", port: httpB).status == 200)
  }

  @Test("Secrets that differ are told on both pages") func secrets() throws {
    let folder = try rig.folder()
    let files = ["one", "other"].map { folder.file($0) }
    for file in files { try LoginRig.write("a secret of \(file) that is long\n", to: file, mode: 0o600) }
    let (_, _, httpA, httpB) = try pair(
      ["-o", "repl_secret=\(files[0])"], ["-o", "repl_secret=\(files[1]),repl_wait=100"])
    for port in [httpA, httpB] {
      #expect(try eventually { try page(port).contains("One side refuses the other: the secrets differ") }, "\(port)")
    }
  }

  @Test("A peer of a version that tells no numbers is shown without them, and the pair works") func olderPeer() throws {
    let (port, http) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try rig.daemon("-X", "\(port)", "-o", "http=127.0.0.1:\(http)")
    let peer = try FalsePeer(port)
    try peer.join { $0.features = 3 }
    peer.say(FalsePeer.copyBegin())
    #expect(
      try eventually {
        peer.say(FalsePeer.heartbeat())
        return try page(http).contains("The peer is of a version that tells no numbers.")
      }, "\(daemon.log)")
    #expect(side("remote", try page(http)).contains("not told"))
  }

  @Test("What is told and asked at will over the link harms nobody, and no report is believed that is none")
  func hostile() throws {
    let (port, http) = (try FreePorts.next(), try FreePorts.next())
    let daemon = try rig.daemon("-X", "\(port)", "-o", "http=127.0.0.1:\(http)")
    let peer = try FalsePeer(port)
    try peer.join { $0.features = 7 }
    let absurd = (1...60).flatMap { [UInt8($0)] + [UInt8](repeating: 255, count: 8) }
    peer.say(FalsePeer.frame(24, absurd) + FalsePeer.frame(26, [UInt8](repeating: 255, count: 45)))
    for _ in 0..<2000 { peer.say(FalsePeer.frame(25, [0, 0, 0, 1] + [UInt8](repeating: 60, count: 250))) }
    #expect(
      try eventually {
        peer.say(FalsePeer.heartbeat() + FalsePeer.frame(24, absurd))
        return try side("remote", page(http)).contains("16,777,216")
      }, "\(daemon.log)")
    for path in ["/statistics", "/key?key=k", "/slabs"] { #expect(try HTTPAnswer.get(path, port: http).status == 200) }
    #expect(try daemon.client().store("set", "k", "1") == "STORED")
    peer.say(FalsePeer.frame(24, [1, 2]))
    #expect(daemon.logs("replication: close"))
  }

  @Test("With -Y the page shows nothing before the login, and changes reach the peer") func login() throws {
    let folder = try rig.folder()
    let users = folder.file("users")
    try LoginRig.write("foo:bar\n", to: users, mode: 0o640)
    let (a, b, httpA, httpB) = try pair(["-Y", users], ["-Y", users])
    for daemon in [a, b] { try daemon.mustStream() }
    #expect(try HTTPAnswer.get("/items", port: httpA).status == 303)
    let cookie = try logIn(httpA)
    let token = try token(httpA, cookie)
    let answer = try post(httpA, "/key/set", "h=6b&value=by+page&flags=3&seconds=0&sure=1&token=\(token)", cookie)
    #expect(answer.hasPrefix("HTTP/1.1 303"), "\(answer)")
    let reader = try logIn(httpB)
    #expect(try eventually { try page(httpB, "/key?key=k", "Cookie: \(reader)\r\n").contains(">by page</pre>") })
    #expect(try page(httpA, "/connections", "Cookie: \(cookie)\r\n").contains("conn_listening"))
  }

  private func post(_ port: UInt16, _ path: String, _ form: String, _ cookie: String = "") throws -> String {
    let client = try Client(to: .local(port))
    try client.send(
      "POST \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        + "Cookie: \(cookie)\r\nContent-Length: \(form.utf8.count)\r\n\r\n\(form)")
    return try client.rest()
  }

  private func logIn(_ port: UInt16) throws -> String {
    let answer = try post(port, "/login", "user=foo&password=bar")
    let line = answer.split(separator: "\r\n").first { $0.hasPrefix("Set-Cookie: ") } ?? ""
    return String(line.dropFirst("Set-Cookie: ".count).prefix { $0 != ";" })
  }

  private func token(_ port: UInt16, _ cookie: String) throws -> String {
    let html = try page(port, "/flush", "Cookie: \(cookie)\r\n")
    let start = try #require(html.range(of: "name=\"token\" value=\""))
    return String(html[start.upperBound...].prefix { $0 != "\"" })
  }

  @Test("Many keys are searched, while clients and monitors are answered") func many() throws {
    let http = try FreePorts.next()
    let daemon = try rig.daemon("-o", "http=127.0.0.1:\(http)")
    let client = try daemon.client()
    for start in stride(from: 0, to: 100_000, by: 10_000) {
      try client.send((start..<start + 10_000).map { "set n\($0) 0 0 1 noreply\r\nv\r\n" }.joined())
    }
    _ = try client.ask("set needle 0 0 1\r\nv\r\n")
    var path = "/items?pattern=nee*"
    var found = false
    for _ in 0..<10_000 {
      let html = try page(http, path)
      found = found || html.contains("needle</a>")
      #expect(try HTTPAnswer.get("/healthz", port: http).status == 200)
      guard let next = html.range(of: "rel=\"next\" href=\"") else { break }
      path = String(html[next.upperBound...].prefix { $0 != "\"" }).replacing("&amp;", with: "&")
    }
    #expect(found)
  }
}
