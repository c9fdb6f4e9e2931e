import Platform
import Transport

/// A repcached that serves already where the settings would have another serve: what it says of its pair.
///
/// Asked by the clients' port, if that is plain and needs no login, else by `-o http`.
struct RunningDaemon: CustomStringConvertible {
  let state: String
  let peer: String?

  /// The peer has what it has, or is getting it.
  var isLinked: Bool { ["copy", "stream"].contains(state) }

  var description: String { "state \(state)" + (peer.map { ", peer \($0)" } ?? "") }

  private static let limit = Duration.seconds(1)

  static func ask(_ settings: Settings) -> RunningDaemon? { askClientsPort(settings) ?? askHTTP(settings) }

  private static func askClientsPort(_ settings: Settings) -> RunningDaemon? {
    guard settings.authFile == nil else { return nil }
    for address in addresses(settings) {
      let text = answer(address, "stats replication\r\nquit\r\n")
      if let found = RunningDaemon(statistics: text) { return found }
    }
    return nil
  }

  private static func addresses(_ settings: Settings) -> [SocketAddress] {
    if let path = settings.unixSocket { return [.unix(path: path)] }
    return settings.listeningPlaces.flatMap { place -> [SocketAddress] in
      guard case .tcp(let host, let port, let security) = place else { return [] }
      if settings.isTLSEnabled, security != .none { return [] }
      return local(host, port)
    }
  }

  /// Of this host: every address is loopback's, too.
  private static func local(_ host: String?, _ port: UInt16) -> [SocketAddress] {
    let found = (try? SocketAddress.resolve(host: host, port: port)) ?? []
    return found.map { address in
      guard address.isWildcard else { return address }
      if case .v6 = address { return .loopback6(port: port) }
      return .loopback4(port: port)
    }
  }

  private static func askHTTP(_ settings: Settings) -> RunningDaemon? {
    guard let http = settings.http, let port = http.port else { return nil }
    for address in local(http.host, port) {
      let text = answer(address, "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n")
      if let found = RunningDaemon(metrics: text) { return found }
    }
    return nil
  }

  private static func answer(_ address: SocketAddress, _ request: String) -> String {
    do throws(WaitingError) {
      let connection = try WaitingConnection(to: address, within: limit)
      try connection.send(Array(request.utf8))
      while try connection.receive(), connection.count < 1 << 20 {}
      return connection.text
    } catch {
      return ""
    }
  }

  // MARK: Reading

  /// Lines of `stats replication`.
  init?(statistics text: String) {
    let words = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
    func value(_ name: String) -> String? {
      words.first { $0.count > 2 && $0[0] == "STAT" && $0[1] == name }.map { String($0[2]) }
    }
    guard let state = value("state") else { return nil }
    self.state = state
    peer = value("peer").flatMap { $0 == "none" ? nil : $0 }
  }

  /// Lines of /metrics.
  init?(metrics text: String) {
    let start = "repcached_pair_state{state=\""
    let lines = text.split(whereSeparator: \.isNewline)
    guard let line = lines.first(where: { $0.hasPrefix(start) && $0.hasSuffix(" 1") }) else { return nil }
    state = String(line.dropFirst(start.count).prefix { $0 != "\"" })
    peer = nil
  }
}
