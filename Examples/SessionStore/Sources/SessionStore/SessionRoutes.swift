import Hummingbird

/// Who has logged in.
struct Session: Codable, Sendable {
  var user: String
  var visits = 0
}

/// A web server that remembers who its visitors are: `POST /login/NAME`, then `GET /` with the cookie that it gave.
public func makeRouter(_ store: some PersistDriver) -> Router<BasicRequestContext> {
  let router = Router()
  router.post("login/{user}") { request, context in
    let id = (0..<4).map { _ in String(UInt32.random(in: 0 ... .max), radix: 16) }.joined(separator: "-")
    let session = Session(user: try context.parameters.require("user"))
    try await store.create(key: id, value: session, expires: .seconds(3600))
    return Response(status: .ok, headers: [.setCookie: "session=\(id); HttpOnly"])
  }
  router.get("/") { request, context in
    guard let id = request.cookies["session"]?.value,
      var session = try await store.get(key: id, as: Session.self)
    else { throw HTTPError(.unauthorized) }
    session.visits += 1
    try await store.set(key: id, value: session, expires: .seconds(3600))
    return "\(session.user), visit \(session.visits)"
  }
  return router
}
