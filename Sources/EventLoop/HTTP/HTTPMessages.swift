import CLibevent

/// What a client of HTTP asks for, as far as anybody here wants to know.
package struct HTTPRequest: Sendable, Equatable {
  package enum Method: Sendable {
    case get, head, other
  }

  package var method: Method
  /// Without what stands behind a question mark.
  package var path: String
  /// As the URI or the header of this name says it.
  package var host: String?
  /// As the header of this name says it.
  package var accept: String?

  package init(method: Method = .get, path: String, host: String? = nil, accept: String? = nil) {
    (self.method, self.path, self.host, self.accept) = (method, path, host, accept)
  }
}

extension HTTPRequest {
  @unsafe init(_ request: OpaquePointer) {
    let method: Method =
      switch unsafe evhttp_request_get_command(request) {
      case EVHTTP_REQ_GET: .get
      case EVHTTP_REQ_HEAD: .head
      default: .other
      }
    // `http://host/path` is the same as `/path`, and its host counts, not the header's (RFC 9112, 3.2.2).
    let uri = unsafe evhttp_request_get_evhttp_uri(request)
    let path = unsafe evhttp_uri_get_path(uri).map { unsafe String(cString: $0) } ?? ""
    let authority = unsafe evhttp_uri_get_host(uri).map { unsafe String(cString: $0) }
    let headers = unsafe evhttp_request_get_input_headers(request)
    func header(_ name: String) -> String? {
      unsafe evhttp_find_header(headers, name).map { unsafe String(cString: $0) }
    }
    self.init(
      method: method, path: path.isEmpty ? "/" : path, host: authority ?? header("Host"), accept: header("Accept"))
  }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var reason: String
  package var headers: [(name: String, value: String)]
  package var body: String

  package init(status: Int, reason: String, headers: [(name: String, value: String)] = [], body: String) {
    (self.status, self.reason, self.headers, self.body) = (status, reason, headers, body)
  }
}
