import MemcacheProtocol

/// What a client asks of a server, in no protocol's bytes.
///
/// Times to live are the protocol's: 0 never, up to 30 days from now in seconds, beyond that a moment of Unix time, negative
/// expired already.
package enum Command: Hashable, Sendable {
  /// One key; with its time to live where `exptime` is there (`gat`).
  case get(key: [UInt8], exptime: Int64?)
  /// Keys of one server.
  case getMany(keys: [[UInt8]])
  case store(StorageVerb, key: [UInt8], value: [UInt8], flags: UInt32, exptime: Int64, casUnique: UInt64)
  case delete(key: [UInt8])
  case arithmetic(key: [UInt8], delta: UInt64, isIncrement: Bool)
  case touch(key: [UInt8], exptime: Int64)
  /// Seconds from now, 0: at once.
  case flush(delay: UInt32)
  /// `stats`, or one group of them. A word.
  case statistics(group: String)
  case version

  /// The key that chooses the server. Nil: it goes to a server by its number.
  package var key: [UInt8]? {
    switch self {
    case .get(let key, _), .store(_, let key, _, _, _, _), .delete(let key), .arithmetic(let key, _, _),
      .touch(let key, _):
      key
    case .getMany(let keys): keys.first
    case .flush, .statistics, .version: nil
    }
  }

  /// Done twice it leaves what it leaves when done once. The others must not be repeated where nobody knows whether they were
  /// done: their outcome is unknown. An answer may differ: a `delete` that is repeated does not find what the first one took.
  package var isRepeatable: Bool {
    switch self {
    case .arithmetic: false
    case .store(let verb, _, _, _, _, _): verb == .set || verb == .replace
    case .get, .getMany, .delete, .touch, .flush, .statistics, .version: true
    }
  }

  /// How many bytes it holds, about.
  var weight: Int {
    switch self {
    case .store(_, let key, let value, _, _, _): key.count + value.count
    case .getMany(let keys): keys.reduce(0) { $0 + $1.count }
    default: key?.count ?? 0
    }
  }

  /// It changes nothing, so two servers may be asked and the first answer be taken.
  package var isRead: Bool {
    switch self {
    case .get(_, nil), .getMany: true
    default: false
    }
  }
}

/// An item as a server tells it. The cas unique is there where the server was asked for it.
package struct Item: Hashable, Sendable {
  package let key: [UInt8]
  package let value: [UInt8]
  package let flags: UInt32
  package let casUnique: UInt64?

  package init(key: [UInt8], value: [UInt8], flags: UInt32, casUnique: UInt64?) {
    self.key = key
    self.value = value
    self.flags = flags
    self.casUnique = casUnique
  }
}

/// What a server answered.
package enum Outcome: Hashable, Sendable {
  /// To `get`: nil is a miss.
  case item(Item?)
  case items([Item])
  case stored
  case notStored
  case exists
  case notFound
  /// Deleted, touched, flushed.
  case done
  case number(UInt64)
  case statistics([Statistic])
  case version(String)

  package struct Statistic: Hashable, Sendable {
    package let name: String
    package let value: String
  }
}

/// Why there is no answer.
package enum RequestFailure: Error, Hashable, Sendable {
  /// Nobody who could answer lives; nothing was sent, or what was sent changes nothing.
  case unavailable(String)
  case timedOut
  /// It was sent and no answer came: done once or not at all.
  case outcomeUnknown
  case cancelled
  /// More waits for this server than it may.
  case overloaded
  /// The server's own words: `SERVER_ERROR …`, `CLIENT_ERROR …`, `ERROR`.
  case refused(String)
}
