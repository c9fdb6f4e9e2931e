import Platform

/// The sockets that a service manager has given, by their names (FileDescriptorName=): `http` is that of metrics and health, and
/// all others are clients'.
struct ServiceSockets {
  /// All that the server itself is given.
  let ofClients: Supervision
  let http: [InheritedSocket]

  init(_ supervision: Supervision) throws(Failure) {
    http = supervision.inherited.filter { $0.name == Self.nameOfHTTP }
    for socket in supervision.inherited where socket.name != Self.nameOfHTTP && !Self.isOfClients(socket.name) {
      throw Failure("LISTEN_FDNAMES: \(socket.name.debugDescription) is neither clients nor http", .usage)
    }
    if http.contains(where: { $0.kind == .datagram }) {
      throw Failure("LISTEN_FDNAMES: http takes connections, not datagrams", .usage)
    }
    var clients = supervision
    clients.inherited.removeAll { $0.name == Self.nameOfHTTP }
    ofClients = clients
  }

  private static let nameOfHTTP = "http"

  /// A socket that nobody has named has the name of its unit, or "unknown" of systemd-socket-activate.
  private static func isOfClients(_ name: String) -> Bool {
    ["", "clients", "unknown"].contains(name) || name.hasSuffix(".socket")
  }
}
