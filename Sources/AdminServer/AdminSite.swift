import CacheServer
import EventLoop

/// What is found where, and who may ask: requests to responses, without a socket.
///
/// | `/` and more | the page for people, with its stylesheet and its script (`PageRouter`) |
/// | `/metrics` | the tables of statistics, for Prometheus (`Exposition`) |
/// | `/healthz` | 200 while the process answers |
/// | `/readyz` | 200 while clients are served, and, with a peer, both sides hold the same or soon will |
///
/// Who is filled takes no clients in, and is not ready by that. While a pair copies the others are ready: else the one side that has
/// everything would be out of service, by a balancer that asks, while it fills the other.
///
/// A request must name this host (`HostCheck`): else a page that somebody's browser shows could read the answers. For the same reason
/// no answer may be framed, run, or kept. What another site's page has a browser fetch, such as a picture, is refused where the browser
/// says so, for an answer costs something; a link that somebody follows is not.
struct AdminSite {
  let report: ServerReport
  let hosts: HostCheck
  /// Nil: monitors only.
  var page: PageRouter?

  func reply(to request: HTTPRequest) -> HTTPReply {
    if let refusal = refusal(of: request) { return .now(refusal) }
    return page?.reply(to: request) ?? .now(answer(request))
  }

  private func refusal(of request: HTTPRequest) -> HTTPResponse? {
    guard let host = request.host else { return .plain(400, "Bad Request", "a Host header is needed") }
    if !hosts.allows(host) {
      return .plain(403, "Forbidden", "this host has other names: -o http=NAME:PORT allows one")
    }
    return isFetchedByOthers(request) ? .plain(403, "Forbidden", "another site's page has asked for this") : nil
  }

  /// Browsers say it to https and to loopback.
  private func isFetchedByOthers(_ request: HTTPRequest) -> Bool {
    let site = request.headers["Sec-Fetch-Site"] ?? "none"
    if ["none", "same-origin"].contains(site) { return false }
    let isFollowed = request.headers["Sec-Fetch-Mode"] == "navigate"
    return !isFollowed || request.headers["Sec-Fetch-Dest"].map { $0 != "document" } ?? false
  }

  /// To monitors.
  private func answer(_ request: HTTPRequest) -> HTTPResponse {
    if !request.isReading {
      return .plain(405, "Method Not Allowed", "GET and HEAD only", [("Allow", "GET, HEAD")])
    }
    switch request.path {
    case "/": return .plain(200, "OK", "repcached \(Settings.version)\n/metrics\n/healthz\n/readyz")
    case "/metrics": return metrics(request.accept ?? "")
    case "/healthz": return .plain(200, "OK", "ok")
    case "/readyz": return readiness
    default: return .plain(404, "Not Found", "there is /metrics, /healthz and /readyz")
    }
  }

  private func metrics(_ accept: String) -> HTTPResponse {
    guard let families = MetricFamily.all(report) else {
      return .plain(503, "Service Unavailable", "starting or ending")
    }
    let form: Exposition = accept.contains("application/openmetrics-text") ? .openMetrics : .prometheus
    return .with(200, "OK", form.contentType, form.text(families))
  }

  private var readiness: HTTPResponse {
    let unready = { (why: String) in HTTPResponse.plain(503, "Service Unavailable", "not ready: \(why)") }
    if !report.isServing() { return unready("clients are not taken in") }
    guard let link = report.samples("replication") else { return unready("starting or ending") }
    let told = Dictionary(link.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    let hasPeer = told["peer"].map { $0 != .text("none") } ?? false
    if !hasPeer { return .plain(200, "OK", "ready, without a peer") }
    let state = told["state"]?.description ?? "unknown"
    switch state {
    case "stream": return .plain(200, "OK", "ready")
    case "copy": return .plain(200, "OK", "ready, while the pair copies")
    default: return unready("the link to the peer is in state \(state)")
    }
  }
}

extension HTTPResponse {
  static func plain(
    _ status: Int, _ reason: String, _ text: String, _ headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    with(status, reason, "text/plain; charset=utf-8", text + "\n", headers)
  }

  static func with(
    _ status: Int, _ reason: String, _ type: String, _ text: String, _ headers: [(name: String, value: String)] = []
  ) -> HTTPResponse {
    let always = [
      (name: "Content-Type", value: type), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
      ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]
    return HTTPResponse(status: status, reason: reason, headers: always + headers, body: text)
  }
}
