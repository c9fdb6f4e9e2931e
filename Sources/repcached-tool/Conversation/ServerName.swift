import ArgumentParser
import KeyDistribution
import Platform

/// A server as it is named on the command line: `host`, `host:port`, `[v6]:port`, or the path of a unix socket.
struct ServerName: Hashable, Sendable, CustomStringConvertible {
  enum Place: Hashable, Sendable {
    case tcp(host: String, port: UInt16)
    case unix(path: String)
  }

  static let defaultPort: UInt16 = 11211
  static let local = ServerName(.tcp(host: "127.0.0.1", port: defaultPort), "127.0.0.1:11211")

  let place: Place
  /// As memcached-tool shows it: what was typed, with the port if none was.
  let description: String

  private init(_ place: Place, _ description: String) { (self.place, self.description) = (place, description) }

  /// Nil: it is none.
  init?(_ text: String) {
    if text.contains("/") {
      self.init(.unix(path: text), text)
      return
    }
    guard let (host, given) = Server.split(text[...]), !host.isEmpty, !host.contains(where: \.isWhitespace) else {
      return nil
    }
    let port = given ?? Self.defaultPort
    let hasPort = text.hasSuffix(":\(port)")
    self.init(.tcp(host: String(host), port: port), hasPort ? text : "\(text):\(port)")
  }

  /// The same port on another host.
  func at(host: String) -> ServerName? {
    guard case .tcp(_, let port) = place else { return nil }
    return ServerName(host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)")
  }

  var host: String? {
    guard case .tcp(let host, _) = place else { return nil }
    return host
  }

  func addresses() throws(ToolError) -> [SocketAddress] {
    switch place {
    case .unix(let path): return [.unix(path: path)]
    case .tcp(let host, let port):
      do throws(ResolutionError) {
        return try SocketAddress.resolve(host: host, port: port)
      } catch {
        throw .unavailable("\(self): \(error)")
      }
    }
  }
}

extension ServerName: ExpressibleByArgument {
  init?(argument: String) { self.init(argument) }
}
