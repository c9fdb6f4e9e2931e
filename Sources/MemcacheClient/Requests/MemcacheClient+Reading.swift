import MemcacheClientCore

extension MemcacheClient {
  /// The value of a key; nil if there is none.
  public func get<Value: MemcacheStorable>(
    _ key: String, as type: Value.Type = Value.self
  ) async throws(MemcacheError) -> Value? {
    try await item(key, exptime: nil).map { item throws(MemcacheError) in try Self.value(item) }
  }

  /// The same with flags and the unique number.
  public func getItem<Value: MemcacheStorable>(
    _ key: String, as type: Value.Type = Value.self
  ) async throws(MemcacheError) -> MemcacheItem<Value>? {
    guard let item = try await item(key, exptime: nil) else { return nil }
    return MemcacheItem(value: try Self.value(item), flags: item.flags, unique: item.casUnique ?? 0)
  }

  /// The values of many keys: one request for each server that has some. Keys without a value are left out.
  ///
  /// - Throws: where a server fails and nobody can answer for it, though others may have answered.
  public func get<Value: MemcacheStorable>(
    _ keys: some Sequence<String>, as type: Value.Type = Value.self
  ) async throws(MemcacheError) -> [String: Value] {
    var asked: Set<[UInt8]> = []
    for key in keys { asked.insert(try Self.key(key)) }
    guard !asked.isEmpty else { return [:] }
    guard case .items(let items) = try await perform(.getMany(keys: Array(asked))) else { throw Self.strange }
    var values: [String: Value] = [:]
    for item in items { values[String(decoding: item.key, as: UTF8.self)] = try Self.value(item) }
    return values
  }

  /// The value of a key, which from now on lives as long as is said.
  public func getAndTouch<Value: MemcacheStorable>(
    _ key: String, expiration: MemcacheExpiration, as type: Value.Type = Value.self
  ) async throws(MemcacheError) -> Value? {
    try await item(key, exptime: expiration.exptime).map { item throws(MemcacheError) in try Self.value(item) }
  }

  /// A value of any type that was stored with a codec.
  public func get<Value: Decodable>(
    _ key: String, decoding type: Value.Type, with codec: some MemcacheCodec = .json
  ) async throws(MemcacheError) -> Value? {
    guard let item = try await item(key, exptime: nil) else { return nil }
    do {
      return try codec.decode(type, from: item.value)
    } catch {
      throw .undecodable("\(key): \(error)")
    }
  }

  private func item(_ key: String, exptime: Int64?) async throws(MemcacheError) -> Item? {
    guard case .item(let item) = try await perform(.get(key: Self.key(key), exptime: exptime)) else {
      throw Self.strange
    }
    return item
  }

  private static func value<Value: MemcacheStorable>(_ item: Item) throws(MemcacheError) -> Value {
    guard let value = Value(memcacheBytes: item.value) else {
      throw .undecodable("\(String(decoding: item.key, as: UTF8.self)) is no \(Value.self)")
    }
    return value
  }

  /// The core hands out no answer to what was not asked.
  static var strange: MemcacheError { .refused("an answer to something else") }
}
