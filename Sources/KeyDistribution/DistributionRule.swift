/// The rules by which clients and proxies place keys, by names that a command line can have for them.
package enum DistributionRule: String, Sendable, CaseIterable {
  case phpMemcache = "php-memcache"
  case phpMemcacheStandard = "php-memcache-standard"
  case modula, consistent, ketama
  case pythonMemcached = "python-memcached"
  case pymemcache
  case twemproxyKetama = "twemproxy-ketama"
  case twemproxyModula = "twemproxy-modula"
  case magent
  case magentKetama = "magent-ketama"
  case jump

  /// - Parameters:
  ///   - hash: nil: the program's default.
  ///   - tag: of twemproxy's alone.
  package func distribution(_ hash: KeyHash?, tag: HashTag? = nil) -> Distribution {
    switch self {
    case .phpMemcache: .phpMemcacheConsistent(.crc32)
    case .phpMemcacheStandard: .phpMemcacheStandard(.crc32)
    case .modula: .modula(hash ?? .oneAtATime)
    case .consistent: .consistent(hash ?? .oneAtATime)
    case .ketama: .ketama
    case .pythonMemcached: .pythonMemcached
    case .pymemcache: .pymemcache(.text)
    case .twemproxyKetama: .twemproxyKetama(hash ?? .fnv1ax64, tag: tag)
    case .twemproxyModula: .twemproxyModula(hash ?? .fnv1ax64, tag: tag)
    case .magent: .magent
    case .magentKetama: .magentKetama()
    case .jump: .jump
    }
  }

  package var takesHash: Bool { [.modula, .consistent, .twemproxyKetama, .twemproxyModula].contains(self) }
  package var takesTag: Bool { [.twemproxyKetama, .twemproxyModula].contains(self) }
  package var takesWeights: Bool { ![.modula, .pymemcache].contains(self) }
}
