import Foundation
import KeyDistribution
import Testing

/// A proxy with its servers: real programs, which the rig ends.
final class ProxyField {
  let rig = Rig()
  let mains: [Daemon]
  let backups: [Daemon]
  let magent: Daemon

  /// - Parameter options: of magent, besides where it listens and its servers.
  init(mains: Int, backups: Int = 0, _ options: [String] = []) throws {
    self.mains = try Self.daemons(mains, rig)
    self.backups = try Self.daemons(backups, rig)
    let servers =
      self.mains.flatMap { ["-s", "\($0.endpoint)"] } + self.backups.flatMap { ["-b", "\($0.endpoint)"] }
    magent = try rig.magent(servers + options)
  }

  private static func daemons(_ count: Int, _ rig: Rig) throws -> [Daemon] {
    try (0..<count).map { _ in try rig.daemon("-t", "1", "-m", "16") }
  }

  func client() throws -> Client { try magent.client() }

  /// A main or a backup, empty, in the place of one that has ended.
  func restart(_ daemon: Daemon) throws -> Daemon {
    try rig.daemon("-t", "1", "-m", "16", port: daemon.endpoint.port)
  }

  /// Keys whose main is that one.
  func keys(ofMain number: Int, _ count: Int) -> [String] {
    Array((0...).lazy.map { "key-\($0)" }.filter { self.main(of: $0) == number }.prefix(count))
  }

  func main(of key: String) -> Int {
    let map = KeyMap(mains.map { Server(host: "127.0.0.1", port: $0.endpoint.port) }, .magent)
    return map.server(for: Array(key.utf8).span) ?? -1
  }

  /// What `stats proxy` says.
  func statistic(_ name: String) throws -> String? {
    try client().statistics("proxy").first { $0.name == name }?.value
  }

  func waits(for name: String, toBe value: String) throws -> Bool { try eventually { try statistic(name) == value } }
}

extension Rig {
  /// A proxy in the foreground on a free port of 127.0.0.1, which takes clients in.
  func magent(_ arguments: [String]) throws -> Daemon {
    let endpoint = Endpoint.local(try FreePorts.next())
    let magent = try launch(
      exactly: ["-D", "-l", "127.0.0.1", "-p", "\(endpoint.port)"] + arguments, endpoint: endpoint,
      program: Executable.magent)
    guard magent.becomesReady() else { throw RigError("magent did not start: \(magent.logText)") }
    return magent
  }
}
