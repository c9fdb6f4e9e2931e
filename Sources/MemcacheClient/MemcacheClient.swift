import Logging
import MemcacheClientCore

// A client of memcached and repcached for Swift programs: what users see of it. Which server is asked, and what happens
// when one dies, is MemcacheClientCore's; sockets are the driver's.

/// A client for one set of servers, shared by all tasks of a program.
///
/// ```swift
/// let client = try MemcacheClient(servers: ["cache1.example|cache2.example"])
/// try await withThrowingTaskGroup { group in
///   group.addTask { try await client.run() }
///   try await client.set("greeting", to: "hello", expiration: .after(.seconds(60)))
///   print(try await client.get("greeting", as: String.self) ?? "gone")
///   group.cancelAll()
/// }
/// ```
///
/// Requests work while ``run()`` does; those that come before wait for it. All throw ``MemcacheError``.
public final class MemcacheClient: Sendable {
  let driver = ClientDriver()
  let serverNames: [MemcacheServer]
  private let settings: ClientSettings
  private let security: ClientSecurity?
  private let observer: ClientObserver

  /// - Throws: ``MemcacheError/configuration(_:)``, also where a certificate cannot be read.
  public init(
    _ configuration: MemcacheClientConfiguration, logger: Logger = Logger(label: "memcache-client")
  ) throws(MemcacheError) {
    settings = try configuration.settings()
    security = try configuration.tls.map { tls throws(MemcacheError) in try ClientSecurity(tls) }
    serverNames = configuration.servers
    observer = ClientObserver(logger, configuration.servers.map(\.description))
  }

  /// With the defaults; see ``MemcacheServer/init(_:weight:name:)`` for how servers are written.
  public convenience init(servers: [String]) throws(MemcacheError) {
    var list: [MemcacheServer] = []
    for server in servers { list.append(try MemcacheServer(server)) }
    try self.init(MemcacheClientConfiguration(servers: list))
  }

  /// Connects, and serves requests until its task is cancelled, or its service group shuts down. Once.
  public func run() async throws(MemcacheError) {
    try await untilShutdown { [self] () throws(MemcacheError) in try await driver.run(settings, security, observer) }
  }

  // MARK: For the requests

  func perform(_ command: Command, _ place: ClientDriver.Place = .init()) async throws(MemcacheError) -> Outcome {
    switch await driver.perform(command, place) {
    case .success(let outcome): return outcome
    case .failure(let failure): throw MemcacheError(failure)
    }
  }

  static func key(_ text: String) throws(MemcacheError) -> [UInt8] {
    let bytes = Array(text.utf8)
    guard (1...250).contains(bytes.count), !bytes.contains(where: { $0 <= 32 || $0 == 127 }) else {
      throw .invalidKey(text)
    }
    return bytes
  }
}
