import CacheServer
import EventLoop
import Testing

@testable import AdminServer

extension AdminSite {
  /// What is answered at once, as everything is that monitors ask for; status 0: it waits.
  fileprivate func respond(to request: HTTPRequest) -> HTTPResponse {
    guard case .now(let response) = reply(to: request) else { return .plain(0, "", "") }
    return response
  }
}

@Suite("What HTTP serves")
struct AdminSiteTests {
  private static func site(serving: Bool = true, peer: String = "none", state: String = "listen", isUp: Bool = true)
    -> AdminSite
  {
    let link = [("state", state), ("peer", peer)].map {
      MetricSample(name: $0, kind: .info, help: "told", value: .text($1))
    }
    let report = ServerReport(
      isServing: { serving }, samples: { group in isUp ? (group == "replication" ? link : []) : nil })
    return AdminSite(report: report, hosts: HostCheck(configured: nil, hostName: "host"))
  }

  private func answer(_ site: AdminSite, _ path: String, _ method: HTTPRequest.Method = .get) -> (Int, String) {
    let response = site.respond(to: HTTPRequest(method: method, path: path, host: "localhost:9150"))
    return (response.status, response.body)
  }

  @Test("/healthz is well as long as it answers") func health() {
    #expect(answer(Self.site(serving: false, isUp: false), "/healthz") == (200, "ok\n"))
  }

  @Test(
    "/readyz is ready while clients are served, and with a peer while the link streams, or copies",
    arguments: [
      (true, "none", "listen", 200, "ready, without a peer\n"),
      (true, "none", "connect", 200, "ready, without a peer\n"),
      (true, "none", "off", 200, "ready, without a peer\n"), (true, "10.0.0.2:11212", "stream", 200, "ready\n"),
      (true, "10.0.0.2:11212", "copy", 200, "ready, while the pair copies\n"),
      (true, "10.0.0.2:11212", "connect", 503, "not ready: the link to the peer is in state connect\n"),
      (false, "10.0.0.2:11212", "copy", 503, "not ready: clients are not taken in\n"),
      (false, "10.0.0.2:11212", "stream", 503, "not ready: clients are not taken in\n"),
      (false, "none", "listen", 503, "not ready: clients are not taken in\n"),
    ])
  func readiness(serving: Bool, peer: String, state: String, status: Int, text: String) {
    #expect(answer(Self.site(serving: serving, peer: peer, state: state), "/readyz") == (status, text))
  }

  @Test("Before a server has begun, and after its end, it is not ready and tells no metrics") func ended() {
    for path in ["/readyz", "/metrics"] { #expect(answer(Self.site(isUp: false), path).0 == 503, "\(path)") }
  }

  @Test("Nothing else is there, and nothing can be changed") func others() {
    #expect(answer(Self.site(), "/").0 == 200)
    for path in ["", "/metrics/", "/Metrics", "//metrics", "/%6detrics"] {
      #expect(answer(Self.site(), path).0 == 404, "\(path)")
    }
    let response = Self.site().respond(to: HTTPRequest(method: .other, path: "/metrics", host: "host"))
    #expect(response.status == 405 && response.headers.contains { $0 == ("Allow", "GET, HEAD") })
  }

  @Test("Who does not name this host is told nothing") func foreign() {
    let site = Self.site()
    #expect(site.respond(to: HTTPRequest(path: "/metrics")).status == 400)
    let response = site.respond(to: HTTPRequest(path: "/metrics", host: "evil.example.org"))
    #expect(response.status == 403 && !response.body.contains("memcached"))
  }

  @Test("No answer may be framed, run, or kept; metrics are of the form that is asked for") func headers() {
    func headers(_ accept: String?) -> [String: String] {
      let response = Self.site().respond(to: HTTPRequest(path: "/metrics", host: "localhost", accept: accept))
      return Dictionary(response.headers.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    }
    let plain = headers(nil)
    #expect(plain["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
    #expect(plain["Cache-Control"] == "no-store" && plain["X-Content-Type-Options"] == "nosniff")
    #expect(plain["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
    let asked = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
    #expect(headers(asked)["Content-Type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
  }

  @Test("What another site's page fetches is refused, and a link that is followed is not") func fetched() {
    func status(_ site: String?, _ mode: String? = nil, _ destination: String? = nil) -> Int {
      var request = HTTPRequest(path: "/healthz", host: "localhost")
      request.headers["Sec-Fetch-Site"] = site
      request.headers["Sec-Fetch-Mode"] = mode
      request.headers["Sec-Fetch-Dest"] = destination
      return Self.site().respond(to: request).status
    }
    #expect(status("cross-site", "no-cors", "image") == 403 && status("same-site", "cors", "empty") == 403)
    #expect(status("cross-site") == 403 && status("cross-site", "navigate", "iframe") == 403)
    #expect(status("cross-site", "navigate", "document") == 200 && status("same-origin", "cors", "empty") == 200)
    #expect(status(nil) == 200 && status("none", "navigate", "document") == 200)
  }
}
