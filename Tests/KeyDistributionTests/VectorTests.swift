import Testing

@testable import KeyDistribution

/// Keys are where the real clients and proxies put them.
struct VectorTests {
  static let servers = Server.local(21211...21213)

  /// The file's name is that of a distribution here: no file is left out, and none is looked at twice.
  static let placements: [String: KeyMap] = Dictionary(
    uniqueKeysWithValues: rules.map { name, rule in
      (name, KeyMap(name.hasSuffix("-named") ? named : servers, rule))
    })

  static let named = zip(servers, ["srv1", "srv2", "srv3"]).map { server, name in
    Server(host: server.host, port: server.port, name: name)
  }

  static let rules: [(String, Distribution)] =
    PHPHash.allCases.flatMap { hash in
      [
        ("php-memcache-standard-\(hash.rawValue)", Distribution.phpMemcacheStandard(hash)),
        ("php-memcache-consistent-\(hash.rawValue)", .phpMemcacheConsistent(hash)),
      ]
    }
    + KeyHash.allCases.flatMap { hash in
      [
        ("twemproxy-ketama-\(hash.rawValue)", Distribution.twemproxyKetama(hash)),
        ("twemproxy-modula-\(hash.rawValue)", .twemproxyModula(hash)),
      ]
    }
    + [
      ("libmemcached-modula-crc", .modula(.crc32)), ("libmemcached-modula-default", .modula(.oneAtATime)),
      ("libmemcached-modula-fnv1_32", .modula(.fnv1x32)), ("libmemcached-modula-fnv1_64", .modula(.fnv1x64)),
      ("libmemcached-modula-fnv1a_32", .modula(.fnv1ax32)), ("libmemcached-modula-fnv1a_64", .modula(.fnv1ax64)),
      ("libmemcached-modula-md5", .modula(.md5)), ("libmemcached-modula-murmur", .modula(.murmur)),
      ("libmemcached-consistent-crc", .consistent(.crc32)),
      ("libmemcached-consistent-default", .consistent(.oneAtATime)),
      ("libmemcached-consistent-fnv1a_32", .consistent(.fnv1ax32)), ("libmemcached-consistent-md5", .consistent(.md5)),
      ("libmemcached-ketama-compatible", .ketama),
      ("pylibmc-default", .modula(.oneAtATime)), ("pylibmc-ketama", .consistent(.oneAtATime)),
      ("pylibmc-ketama-weighted", .ketama),
      ("python-memcached-default", .pythonMemcached), ("pymemcache-hashclient-default", .pymemcache(.text)),
      ("twemproxy-ketama-fnv1a_64-named", .twemproxyKetama(.fnv1ax64)),
      (
        "twemproxy-ketama-fnv1a_64-hashtag",
        .twemproxyKetama(.fnv1ax64, tag: HashTag(open: UInt8(ascii: "{"), close: UInt8(ascii: "}")))
      ),
      ("magent06-default", .magent), ("magent06-ketama", .magentKetama(isCut: true)),
      ("magent07-ketama", .magentKetama()),
    ]

  /// Mains and backups are hashed alike, each among their own.
  static let withBackups: [String: Distribution] = [
    "magent04-default-backup": .magent, "magent04-ketama-backup": .magentKetama(),
  ]

  @Test func `each file has a distribution`() {
    let failovers = Vectors.names.filter { $0.hasPrefix("failover-") }.map { String($0.dropFirst("failover-".count)) }
    let plain = Vectors.names.filter { !$0.hasPrefix("failover-") }
    #expect(Set(plain) == Set(VectorTests.placements.keys).union(VectorTests.withBackups.keys))
    #expect(plain.count == 53 && failovers.count == 10)
    #expect(failovers.allSatisfy { VectorTests.placements[$0] != nil })
  }

  @Test(arguments: placements.keys.sorted())
  func `a key is where the program put it`(_ name: String) throws {
    let map = try #require(VectorTests.placements[name])
    let rows = try Vectors(name).rows
    #expect(rows.count == 300)
    for (key, cells) in rows where cells != ["-"] { #expect(map.server(key).map(String.init) == cells[0], "\(key)") }
  }

  @Test(arguments: withBackups.keys.sorted())
  func `magent's backup is found as its main is`(_ name: String) throws {
    let rule = try #require(VectorTests.withBackups[name])
    let mains = KeyMap(VectorTests.servers, rule)
    let backups = KeyMap(Server.local(21214...21215), rule)
    for (key, cells) in try Vectors(name).rows {
      let main = try #require(mains.server(key))
      let backup = try #require(backups.server(key))
      #expect("\(main)|\(backup + 3)" == cells[0], "\(key)")
    }
  }

  @Test(arguments: Vectors.names.filter { $0.hasPrefix("failover-") })
  func `where a server is dead its keys go where the program sent them`(_ name: String) throws {
    let living = try #require(VectorTests.placements[String(name.dropFirst("failover-".count))])
    let rows = try Vectors(name).rows
    #expect(rows.count == 300)
    for dead in 0..<3 {
      var map = living
      map.mark(dead, isDead: true)
      // What libmemcached refuses always it refuses here too.
      for (key, cells) in rows where !(cells.allSatisfy { $0 == "-" }) {
        #expect(map.server(key).map(String.init) ?? "-" == cells[dead], "\(key) without \(dead)")
      }
    }
  }
}
