@testable import KeyDistribution

/// Which distribution and which servers a file of Vectors was recorded with, by its name.
enum VectorRules {
  /// "-w3": with weights and port 11211, as scripts/record_vectors.py has them.
  static func map(of name: String) -> KeyMap? {
    let servers = name.hasSuffix("-w3") ? weighted : name.hasSuffix("-named") ? named : Server.local(21211...21213)
    return rules.first { $0.0 == base(name) }.map { KeyMap(servers, $0.1) }
  }

  static func base(_ name: String) -> String {
    let failover = "failover-"
    let plain = name.hasPrefix(failover) ? String(name.dropFirst(failover.count)) : name
    return plain.hasSuffix("-w3") ? String(plain.dropLast(3)) : plain
  }

  static func columns(of name: String) -> Int { (try? Vectors(name))?.rows.first?.cells.count ?? 0 }

  /// Mains and backups are hashed alike, each among their own.
  static let withBackups: [String: Distribution] = [
    "magent04-default-backup": .magent, "magent04-ketama-backup": .magentKetama(),
  ]

  private static let weighted = [
    Server(host: "127.0.0.1", port: 11211, weight: 1), Server(host: "127.0.0.2", port: 11211, weight: 2),
    Server(host: "127.0.0.3", port: 21213, weight: 5),
  ]
  private static let named = (1...3).map { Server(host: "127.0.0.1", port: 21210 + UInt16($0), name: "srv\($0)") }

  static let rules: [(String, Distribution)] = phpMemcache + libmemcached + python + twemproxy + magent

  private static let phpMemcache = PHPHash.allCases.flatMap { hash in
    [
      ("php-memcache-standard-\(hash.rawValue)", Distribution.phpMemcacheStandard(hash)),
      ("php-memcache-consistent-\(hash.rawValue)", .phpMemcacheConsistent(hash)),
    ]
  }

  private static let libmemcached: [(String, Distribution)] = [
    ("libmemcached-modula-crc", .modula(.crc32)),
    ("libmemcached-modula-default", .modula(.oneAtATime)),
    ("libmemcached-modula-fnv1_32", .modula(.fnv1x32)),
    ("libmemcached-modula-fnv1_64", .modula(.fnv1x64)),
    ("libmemcached-modula-fnv1a_32", .modula(.fnv1ax32)),
    ("libmemcached-modula-fnv1a_64", .modula(.fnv1ax64)),
    ("libmemcached-modula-md5", .modula(.md5)),
    ("libmemcached-modula-murmur", .modula(.murmur)),
    ("libmemcached-consistent-crc", .consistent(.crc32)),
    ("libmemcached-consistent-default", .consistent(.oneAtATime)),
    ("libmemcached-consistent-fnv1a_32", .consistent(.fnv1ax32)),
    ("libmemcached-consistent-md5", .consistent(.md5)),
    ("libmemcached-ketama-compatible", .ketama),
  ]

  private static let python: [(String, Distribution)] = [
    ("pylibmc-default", .modula(.oneAtATime)),
    ("pylibmc-ketama", .consistent(.oneAtATime)),
    ("pylibmc-ketama-weighted", .ketama),
    ("python-memcached-default", .pythonMemcached),
    ("pymemcache-hashclient-default", .pymemcache(.text)),
    ("pymemcache-hashclient-bytes", .pymemcache(.bytes)),
  ]

  private static let twemproxy =
    KeyHash.allCases.flatMap { hash in
      [
        ("twemproxy-ketama-\(hash.rawValue)", Distribution.twemproxyKetama(hash)),
        ("twemproxy-modula-\(hash.rawValue)", .twemproxyModula(hash)),
      ]
    } + [
      ("twemproxy-ketama-fnv1a_64-named", .twemproxyKetama(.fnv1ax64)),
      (
        "twemproxy-ketama-fnv1a_64-hashtag",
        .twemproxyKetama(.fnv1ax64, tag: HashTag(open: UInt8(ascii: "{"), close: UInt8(ascii: "}")))
      ),
    ]

  private static let magent: [(String, Distribution)] = [
    ("magent06-default", .magent), ("magent06-ketama", .magentKetama(isCut: true)),
    ("magent07-ketama", .magentKetama()),
  ]
}
