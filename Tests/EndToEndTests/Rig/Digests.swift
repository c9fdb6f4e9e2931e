/// The `stats digest` of both of a pair, asked for at the same time.
struct Digests {
  private let clients: [Client]

  init(_ a: Client, _ b: Client) throws { clients = [a, b] }

  /// Whether the two hold the same, as far as each one's own digest tells.
  func areEqual() throws -> Bool {
    for client in clients { try client.send("stats digest\r\n") }
    let answers = try clients.map { try $0.read(until: "END\r\n") }
    return answers[0] == answers[1] && answers[0].hasPrefix("STAT digest ")
  }
}
