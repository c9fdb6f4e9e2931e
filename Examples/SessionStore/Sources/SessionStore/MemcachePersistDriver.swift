import Hummingbird
import MemcacheClient

/// Hummingbird's store of sessions and other small things, kept in memcached or in a pair of repcached.
///
/// With a pair (`a|b`) sessions outlive either host: a login is not lost when one dies.
public struct MemcachePersistDriver: PersistDriver {
  private let client: MemcacheClient
  private let prefix: String

  /// - Parameter prefix: stands before each key, so that several programs can share a server.
  public init(_ client: MemcacheClient, prefix: String = "session:") {
    self.client = client
    self.prefix = prefix
  }

  public func create<Object: Codable & Sendable>(key: String, value: Object, expires: Duration?) async throws {
    let bytes = try MemcacheJSON().encode(value)
    let isNew = try await client.add(prefix + key, bytes, expiration: expiration(expires))
    guard isNew else { throw PersistError.duplicate }
  }

  /// Without `expires` it is kept for ever: memcached does not tell how long the value before had to live.
  public func set<Object: Codable & Sendable>(key: String, value: Object, expires: Duration?) async throws {
    try await client.set(prefix + key, encoding: value, expiration: expiration(expires))
  }

  public func get<Object: Codable & Sendable>(key: String, as type: Object.Type) async throws -> Object? {
    do {
      return try await client.get(prefix + key, decoding: type)
    } catch MemcacheError.undecodable {
      throw PersistError.invalidConversion
    }
  }

  public func remove(key: String) async throws { try await client.delete(prefix + key) }

  private func expiration(_ time: Duration?) -> MemcacheExpiration { time.map { .after($0) } ?? .never }
}
