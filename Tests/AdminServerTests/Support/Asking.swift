import EventLoop
import Platform
import TestSupport

@testable import AdminServer

/// Somebody who asks the page of a cache, and turns its worker while an answer waits.
struct Asking {
  private let cache: ServedCache
  private let router: PageRouter

  init(_ cache: ServedCache, _ router: PageRouter) { (self.cache, self.router) = (cache, router) }

  struct NoAnswer: Error {}

  func ask(
    _ path: String, query: String = "", form: String? = nil, origin: String? = nil, headers: [String: String] = [:],
    client: SocketAddress? = .loopback4(port: 1)
  ) throws -> HTTPResponse {
    var request = HTTPRequest(method: form == nil ? .get : .post, path: path, host: "localhost:9150")
    (request.query, request.headers, request.client) = (query, headers, client)
    if let form {
      request.body = [UInt8](form.utf8)
      request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    }
    if let origin { request.headers["Origin"] = origin }
    switch router.reply(to: request) {
    case .now(let response)?: return response
    case .later(let look)?: if let response = finish(look) { return response }
    case nil: break
    }
    throw NoAnswer()
  }

  /// A form whose answer has to be waited for; nil: it has one at once.
  func begin(_ path: String, form: String, client: SocketAddress?) -> (() -> HTTPResponse?)? {
    var request = HTTPRequest(method: .post, path: path, host: "localhost:9150")
    (request.client, request.body) = (client, [UInt8](form.utf8))
    request.headers["Content-Type"] = "application/x-www-form-urlencoded"
    if case .later(let look)? = router.reply(to: request) { return look }
    return nil
  }

  func finish(_ look: () -> HTTPResponse?) -> HTTPResponse? {
    var response: HTTPResponse?
    _ = eventually(within: .seconds(10)) {
      cache.turn()
      response = look()
      return response != nil
    }
    return response
  }
}
