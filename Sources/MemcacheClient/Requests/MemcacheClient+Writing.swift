import MemcacheClientCore
import MemcacheProtocol

extension MemcacheClient {
  /// Stores a value, whatever was there.
  public func set(
    _ key: String, to value: some MemcacheStorable, flags: UInt32 = 0, expiration: MemcacheExpiration = .never
  ) async throws(MemcacheError) {
    let outcome = try await store(.set, key, value.memcacheBytes, flags, expiration)
    guard outcome == .stored else { throw .refused("not stored") }
  }

  /// Stores a value of any type by a codec.
  public func set(
    _ key: String, encoding value: some Encodable, with codec: some MemcacheCodec = .json, flags: UInt32 = 0,
    expiration: MemcacheExpiration = .never
  ) async throws(MemcacheError) {
    let bytes: [UInt8]
    do {
      bytes = try codec.encode(value)
    } catch {
      throw .undecodable("\(key): \(error)")
    }
    try await set(key, to: bytes, flags: flags, expiration: expiration)
  }

  /// Stores a value where there is none. False: there is one.
  public func add(
    _ key: String, _ value: some MemcacheStorable, flags: UInt32 = 0, expiration: MemcacheExpiration = .never
  ) async throws(MemcacheError) -> Bool {
    try await store(.add, key, value.memcacheBytes, flags, expiration) == .stored
  }

  /// Stores a value where there is one. False: there is none.
  public func replace(
    _ key: String, with value: some MemcacheStorable, flags: UInt32 = 0, expiration: MemcacheExpiration = .never
  ) async throws(MemcacheError) -> Bool {
    try await store(.replace, key, value.memcacheBytes, flags, expiration) == .stored
  }

  /// Puts bytes behind a value. False: there is none.
  public func append(_ value: some MemcacheStorable, to key: String) async throws(MemcacheError) -> Bool {
    try await store(.append, key, value.memcacheBytes, 0, .never) == .stored
  }

  /// Puts bytes before a value. False: there is none.
  public func prepend(_ value: some MemcacheStorable, to key: String) async throws(MemcacheError) -> Bool {
    try await store(.prepend, key, value.memcacheBytes, 0, .never) == .stored
  }

  /// Stores a value where nobody has changed what was there since ``getItem(_:as:)`` gave its unique number.
  public func compareAndSwap(
    _ key: String, to value: some MemcacheStorable, unique: UInt64, flags: UInt32 = 0,
    expiration: MemcacheExpiration = .never
  ) async throws(MemcacheError) -> MemcacheSwap {
    switch try await store(.cas, key, value.memcacheBytes, flags, expiration, unique) {
    case .stored: .swapped
    case .exists: .changed
    default: .notFound
    }
  }

  /// False: there was nothing. Where an answer was lost it is asked again, and may not find what it has deleted itself.
  @discardableResult
  public func delete(_ key: String) async throws(MemcacheError) -> Bool {
    try await perform(.delete(key: Self.key(key))) == .done
  }

  /// Adds to a number, which is 64 bits wide and wraps. Nil: there is no value.
  public func increment(_ key: String, by delta: UInt64 = 1) async throws(MemcacheError) -> UInt64? {
    try await change(key, delta, isIncrement: true)
  }

  /// Takes away from a number, down to 0. Nil: there is no value.
  public func decrement(_ key: String, by delta: UInt64 = 1) async throws(MemcacheError) -> UInt64? {
    try await change(key, delta, isIncrement: false)
  }

  /// Lets a value live as long as is said from now on. False: there is none.
  public func touch(_ key: String, expiration: MemcacheExpiration) async throws(MemcacheError) -> Bool {
    try await perform(.touch(key: Self.key(key), exptime: expiration.exptime)) == .done
  }

  private func store(
    _ verb: StorageVerb, _ key: String, _ value: [UInt8], _ flags: UInt32, _ expiration: MemcacheExpiration,
    _ unique: UInt64 = 0
  ) async throws(MemcacheError) -> Outcome {
    let key = try Self.key(key)
    return try await perform(
      .store(verb, key: key, value: value, flags: flags, exptime: expiration.exptime, casUnique: unique))
  }

  private func change(_ key: String, _ delta: UInt64, isIncrement: Bool) async throws(MemcacheError) -> UInt64? {
    switch try await perform(.arithmetic(key: Self.key(key), delta: delta, isIncrement: isIncrement)) {
    case .number(let number): number
    default: nil
    }
  }
}

/// What became of a compare-and-swap.
public enum MemcacheSwap: Hashable, Sendable {
  case swapped
  /// Somebody was faster: read again.
  case changed
  case notFound
}
