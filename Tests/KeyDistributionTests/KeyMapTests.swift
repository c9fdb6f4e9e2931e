import Testing

@testable import KeyDistribution

struct KeyMapTests {
  static let rules = VectorRules.rules.map { $0.1 } + [.jump, .pymemcache(.bytes)]
  private let servers = Server.local(21211...21213)
  static let keys = (0..<500).map { "key\($0)" }

  @Test("with no server there is none, with one it has every key", arguments: rules)
  func withNoServerThereIs(_ rule: Distribution) {
    #expect(KeyMap([], rule).server("key") == nil)
    let alone = KeyMap(Server.local(1...1), rule)
    #expect(KeyMapTests.keys.allSatisfy { alone.server($0) == 0 })
    #expect(alone.server("") == 0)
  }

  @Test("what is dead has no key, and has its own again when it lives", arguments: rules)
  func whatIsDeadHasNo(_ rule: Distribution) {
    let whole = KeyMap(servers, rule)
    var map = whole
    map.mark(1, isDead: true)
    #expect(map.isDead(1))
    #expect(KeyMapTests.keys.allSatisfy { map.server($0) != 1 })
    map.mark(1, isDead: false)
    #expect(KeyMapTests.keys.allSatisfy { map.server($0) == whole.server($0) })
  }

  @Test("the keys of a dead server go to the others", arguments: rules.filter { $0.hasFailover })
  func theKeysOfADead(_ rule: Distribution) {
    var map = KeyMap(servers, rule)
    map.mark(2, isDead: true)
    #expect(KeyMapTests.keys.allSatisfy { map.server($0) != nil })
  }

  @Test("where all are dead there is none", arguments: rules)
  func whereAllAreDeadThere(_ rule: Distribution) {
    var map = KeyMap(servers, rule)
    for server in 0..<3 { map.mark(server, isDead: true) }
    #expect(map.server("key") == nil)
    map.mark(7, isDead: true)
  }

  @Test(
    "a server has as many keys as it weighs",
    arguments: [
      Distribution.phpMemcacheStandard(.crc32), .consistent(.crc32a), .ketama, .jump,
      .pythonMemcached, .twemproxyModula(.md5),
    ])
  func aServerHasAsMany(_ rule: Distribution) {
    let weights = [1, 2, 5]
    let servers = weights.enumerated().map { Server(host: "10.0.0.\($0)", port: 11211, weight: $1) }
    let map = KeyMap(servers, rule)
    let counts = (0..<20_000).reduce(into: [0, 0, 0]) { counts, number in counts[map.server("key:\(number)") ?? 0] += 1
    }
    for (count, weight) in zip(counts, weights) {
      let share = Double(count) / 20_000 * 8 / Double(weight)
      #expect((0.75...1.25).contains(share), "\(counts)")
    }
  }

  @Test("a weight is bounded") func aWeightIsBounded() {
    #expect(Server(host: "a", port: 1, weight: -1).weight == 1)
    #expect(Server(host: "a", port: 1, weight: .max).weight == Server.maxWeight)
  }

  @Test("of a key php-memcache hashes what it sends") func ofAKeyPhpmemcacheHashes() {
    let map = KeyMap(servers, .phpMemcacheConsistent(.crc32))
    #expect(map.server("a key\n") == map.server("a_key_"))
    let long = String(repeating: "x", count: 250)
    #expect(map.server(long + "yz") == map.server(long))
  }

  @Test("a hash tag alone decides, an empty or open one does not") func aHashTagAloneDecides() {
    let tagged = KeyMap(servers, .twemproxyKetama(.md5, tag: HashTag(open: 0x7b, close: 0x7d)))
    let plain = KeyMap(servers, .twemproxyKetama(.md5))
    for number in 0..<50 {
      #expect(tagged.server("user:{\(number)}:name") == plain.server("\(number)"))
      for key in ["{}\(number)", "{\(number)", "\(number)}", "}\(number){"] {
        #expect(tagged.server(key) == plain.server(key))
      }
    }
  }

  @Test("pymemcache hashes bytes as Python writes them") func pymemcacheHashesBytesAsPython() {
    let bytes = KeyMap(servers, .pymemcache(.bytes))
    let text = KeyMap(servers, .pymemcache(.text))
    for key in KeyMapTests.keys { #expect(bytes.server(key) == text.server("b'\(key)'")) }
    #expect(bytes.server("it's") == text.server("b\"it's\""))
    #expect(bytes.server("it's \"\\é\t") == text.server(#"b'it\'s "\\\xc3\xa9\t'"#))
  }
}

extension Distribution {
  /// Whether a program with this rule asks another server for the keys of one that is dead.
  fileprivate var hasFailover: Bool {
    switch self {
    case .modula, .magent, .magentKetama: false
    default: true
    }
  }
}
