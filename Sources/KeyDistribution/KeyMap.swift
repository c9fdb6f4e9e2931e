// From a key to the server that has it: a distribution, made ready for a list of servers.
//
//     KeyMap ── rule: buckets │ ring │ scores │ jump     what one look-up reads
//            ── isDead: one for each server              who is left out
//
// Invariants. A look-up allocates nothing. Where a rule is built anew without a server (ketama, twemproxy's modula), that happens
// when the server is marked, not when a key is asked for; where it hashes anew (php-memcache, python-memcached), the rule stays.
// What is dead is for the owner to know: this has no clock.
package struct KeyMap: Sendable {
  package let servers: [Server]
  package let distribution: Distribution
  private var isDead: [Bool]
  private var rule: Rule

  package init(_ servers: [Server], _ distribution: Distribution) {
    self.servers = servers
    self.distribution = distribution
    isDead = Array(repeating: false, count: servers.count)
    rule = Rule(distribution, servers, living: Array(servers.indices))
  }

  package func isDead(_ server: Int) -> Bool { isDead[server] }

  /// From now on the server's keys go to others, or, with `false`, to it again.
  package mutating func mark(_ server: Int, isDead dead: Bool) {
    guard isDead.indices.contains(server), isDead[server] != dead else { return }
    isDead[server] = dead
    guard distribution.isBuiltAnew else { return }
    rule = Rule(distribution, servers, living: servers.indices.filter { !isDead[$0] })
  }

  /// The server of the key, by its place in the list. Nil where the rule names none that lives.
  package func server(for key: Span<UInt8>) -> Int? {
    switch rule {
    case .none: nil
    case .buckets(let buckets): livingOnly(buckets.server(for: key))
    case .ring(let ring): livingOnly(ring.server(for: key))
    case .php(let php): php.server(for: key, isDead: isDead)
    case .python(let python): python.server(for: key, isDead: isDead)
    case .rendezvous(let rendezvous): rendezvous.server(for: key, isDead: isDead)
    case .jump(let jump): jump.server(for: key, isDead: isDead)
    }
  }

  private func livingOnly(_ server: Int) -> Int? { isDead[server] ? nil : server }
}

extension Distribution {
  fileprivate var isBuiltAnew: Bool {
    switch self {
    case .consistent, .ketama, .twemproxyKetama, .twemproxyModula: true
    default: false
    }
  }
}

private enum Rule: Sendable {
  case none
  case buckets(Buckets)
  case ring(Ring)
  case php(PHPRule)
  case python(PythonRule)
  case rendezvous(Rendezvous)
  case jump(JumpRule)

  init(_ distribution: Distribution, _ servers: [Server], living: [Int]) {
    guard !living.isEmpty else {
      self = .none
      return
    }
    switch distribution {
    case .phpMemcacheStandard(let hash): self = .php(PHPRule(standard: hash, servers))
    case .phpMemcacheConsistent(let hash): self = .php(PHPRule(consistent: hash, servers))
    case .modula(let hash): self = .buckets(Buckets(.of(hash), living))
    case .consistent(let hash): self = .ring(Ring(consistent: hash, servers, living))
    case .ketama: self = .ring(Ring(ketama: .of(.md5), servers, living) { $0.shortAddress })
    case .pythonMemcached: self = .python(PythonRule(servers))
    case .pymemcache(let form): self = .rendezvous(Rendezvous(servers, form))
    case .twemproxyKetama(let hash, let tag):
      self = .ring(Ring(ketama: .tagged(hash, tag), servers, living) { $0.name ?? $0.shortAddress })
    case .twemproxyModula(let hash, let tag): self = .buckets(Buckets(.tagged(hash, tag), byWeight(servers, living)))
    case .magent: self = .buckets(Buckets(.djb, living))
    case .magentKetama(let isCut): self = .ring(Ring(magent: servers, isCut: isCut))
    case .jump: self = .jump(JumpRule(servers))
    }
  }
}

/// Each server once for each share of its weight.
func byWeight(_ servers: [Server], _ chosen: [Int]) -> [Int] {
  chosen.flatMap { repeatElement($0, count: servers[$0].weight) }
}
