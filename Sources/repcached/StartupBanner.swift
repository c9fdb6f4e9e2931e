import CacheServer
import Platform
import SystemPackage

/// What somebody reads who has started it at a terminal, and has named no peer yet: where the page is, and how to pair.
///
/// Nobody else reads it: not with `-d` or `-x`, nor where standard error is a file, a pipe or a journal.
struct StartupBanner {
  let text: String

  init?(_ settings: Settings, _ server: PreparedServer) {
    guard Terminal.isTerminal(.standardError), settings.peering.isEnabled, settings.peering.peer == nil else {
      return nil
    }
    let (clients, http) = server.places
    let place = clients.isEmpty ? "nowhere" : clients.map(\.description).joined(separator: " and ")
    text = """
      \(Usage.version) serves clients at \(place), and has no peer.
        page  \(Self.page(http, settings.isHTTPSecure ? "https" : "http"))
        pair  on another host: repcached -x \(ProcessIdentity.hostName), where that reaches port \(settings.peering.listenPort) here
              to both: -o repl_secret=FILE, the same file; repcached --check ... says what is wrong
        more  repcached -h, man repcached; Ctrl-C ends it
      """
  }

  private static func page(_ http: [SocketAddress], _ scheme: String) -> String {
    guard let address = http.first else { return "none: with -o http=9150 it is http://127.0.0.1:9150/" }
    let host = address.isWildcard ? ProcessIdentity.hostName + ":\(address.port)" : address.description
    return "\(scheme)://\(host)/"
  }

  /// Root has typed the name alone.
  static func hint(after failure: Failure, _ arguments: some Collection<String>) -> String? {
    guard arguments.isEmpty, failure.message == Failure.rootWithoutUser.message,
      Terminal.isTerminal(.standardError)
    else { return nil }
    return "try: repcached -u nobody -o http=9150    (repcached -h lists the flags)"
  }
}
