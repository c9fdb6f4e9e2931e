/// One request of HTTP, and its answer.
struct HTTPAnswer {
  let status: Int
  let headers: [String]
  let body: String
}

extension HTTPAnswer {
  /// Asked by a connection of its own, which is closed behind the answer.
  static func get(_ path: String, port: UInt16, host: String = "localhost", more: String = "") throws -> HTTPAnswer {
    let client = try Client(to: .local(port))
    try client.send("GET \(path) HTTP/1.1\r\nHost: \(host)\r\nConnection: close\r\n\(more)\r\n")
    return try HTTPAnswer(try client.rest())
  }

  private init(_ text: String) throws {
    guard let end = text.range(of: "\r\n\r\n") else { throw RigError("no answer of HTTP: \(text)") }
    headers = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
    status = Int(headers.first?.split(separator: " ").dropFirst().first ?? "") ?? 0
    body = String(text[end.upperBound...])
  }
}
