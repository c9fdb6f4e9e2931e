import KeyDistribution

/// The rules by which clients and proxies place keys, by the names that `--distribution` has for them.
package enum DistributionRule: String, Sendable, CaseIterable {
  case phpStandard = "php-standard"
  case phpConsistent = "php-consistent"
  case modula, consistent, ketama
  case pythonMemcached = "python-memcached"
  case pymemcache
  case twemproxyKetama = "twemproxy-ketama"
  case twemproxyModula = "twemproxy-modula"
  case jump

  /// - Parameters:
  ///   - hash: nil: the program's default.
  ///   - tag: of twemproxy's alone.
  func distribution(_ hash: KeyHash?, _ tag: HashTag?) -> Distribution {
    switch self {
    case .phpStandard: .phpMemcacheStandard(.crc32)
    case .phpConsistent: .phpMemcacheConsistent(.crc32)
    case .modula: .modula(hash ?? .oneAtATime)
    case .consistent: .consistent(hash ?? .oneAtATime)
    case .ketama: .ketama
    case .pythonMemcached: .pythonMemcached
    case .pymemcache: .pymemcache(.text)
    case .twemproxyKetama: .twemproxyKetama(hash ?? .fnv1ax64, tag: tag)
    case .twemproxyModula: .twemproxyModula(hash ?? .fnv1ax64, tag: tag)
    case .jump: .jump
    }
  }

  var takesHash: Bool { [.modula, .consistent, .twemproxyKetama, .twemproxyModula].contains(self) }
  var takesTag: Bool { [.twemproxyKetama, .twemproxyModula].contains(self) }
  var takesWeights: Bool { ![.modula, .pymemcache].contains(self) }
}
