import CLibevent
import Platform
import SystemPackage

/// What a client of HTTP asks for, as far as anybody here wants to know.
package struct HTTPRequest: Sendable, Equatable {
  package enum Method: Sendable {
    case get, head, post, other
  }

  package var method: Method
  /// Without what stands behind a question mark.
  package var path: String
  /// What stands behind it, as it came.
  package var query = ""
  /// As the URI or the header of this name says it.
  package var host: String?
  /// As the header of this name says it.
  package var accept: String?
  /// Others that somebody may want to look at, by the names of `HTTPRequest.told`.
  package var headers: [String: String] = [:]
  package var body: [UInt8] = []
  /// It has come by TLS.
  package var isSecure = false
  /// Where it came from; nil where that has gone.
  package var client: SocketAddress?

  package init(method: Method = .get, path: String, host: String? = nil, accept: String? = nil) {
    (self.method, self.path, self.host, self.accept) = (method, path, host, accept)
  }

  /// It asks, and wants nothing changed.
  package var isReading: Bool { method == .get || method == .head }

  /// Headers that are told beside Host and Accept.
  static let told = [
    "Accept-Language", "Content-Type", "Cookie", "Origin", "Referer", "Sec-Fetch-Dest", "Sec-Fetch-Mode",
    "Sec-Fetch-Site",
  ]
}

extension HTTPRequest {
  @unsafe init(_ request: OpaquePointer) {
    // `http://host/path` is the same as `/path`, and its host counts, not the header's (RFC 9112, 3.2.2).
    let uri = unsafe evhttp_request_get_evhttp_uri(request)
    let path = unsafe evhttp_uri_get_path(uri).map { unsafe String(cString: $0) } ?? ""
    let authority = unsafe evhttp_uri_get_host(uri).map { unsafe String(cString: $0) }
    let headers = unsafe evhttp_request_get_input_headers(request)
    func header(_ name: String) -> String? {
      unsafe evhttp_find_header(headers, name).map { unsafe String(cString: $0) }
    }
    self.init(
      method: unsafe Method(evhttp_request_get_command(request)), path: path.isEmpty ? "/" : path,
      host: authority ?? header("Host"), accept: header("Accept"))
    unsafe query = evhttp_uri_get_query(uri).map { unsafe String(cString: $0) } ?? ""
    for name in Self.told { self.headers[name] = header(name) }
    unsafe body = Self.body(evhttp_request_get_input_buffer(request))
    unsafe client = Self.client(evhttp_request_get_connection(request))
    unsafe isSecure = Self.isSecure(evhttp_request_get_connection(request))
  }

  @unsafe private static func isSecure(_ connection: OpaquePointer?) -> Bool {
    guard let connection = unsafe connection, let buffer = unsafe evhttp_connection_get_bufferevent(connection) else {
      return false
    }
    return unsafe bufferevent_openssl_get_ssl(buffer) != nil
  }

  @unsafe private static func body(_ buffer: OpaquePointer?) -> [UInt8] {
    guard let buffer = unsafe buffer else { return [] }
    let count = unsafe evbuffer_get_length(buffer)
    if count == 0 { return [] }
    return unsafe [UInt8](unsafeUninitializedCapacity: count) { target, initialized in
      unsafe initialized = max(0, Int(evbuffer_copyout(buffer, target.baseAddress, count)))
    }
  }

  @unsafe private static func client(_ connection: OpaquePointer?) -> SocketAddress? {
    guard let connection = unsafe connection, let buffer = unsafe evhttp_connection_get_bufferevent(connection) else {
      return nil
    }
    let socket = FileDescriptor(rawValue: unsafe bufferevent_getfd(buffer))
    return try? Socket.peerAddress(socket)
  }
}

extension HTTPRequest.Method {
  init(_ command: evhttp_cmd_type) {
    switch command {
    case EVHTTP_REQ_GET: self = .get
    case EVHTTP_REQ_HEAD: self = .head
    case EVHTTP_REQ_POST: self = .post
    default: self = .other
    }
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

/// What becomes of a request: its answer, or that it waits for one that is made elsewhere.
package enum HTTPReply {
  case now(HTTPResponse)
  /// Asked every twenty milliseconds until there is one. It must come to an end of itself.
  case later(() -> HTTPResponse?)
}
