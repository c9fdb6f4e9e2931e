import ArgumentParser
import KeyDistribution

/// Servers that share the keys, in the order in which clients have them: `a,b:11212,c`.
struct ServerList: ExpressibleByArgument, Equatable, Sendable {
  let names: [ServerName]

  init?(argument: String) {
    let names = argument.split(separator: ",").map { ServerName(String($0)) }
    guard !names.isEmpty, !names.contains(nil) else { return nil }
    self.names = names.compactMap(\.self)
  }
}

/// By which rule clients choose among them.
struct DistributionOptions: ParsableArguments {
  @Option(name: .long, help: ArgumentHelp("The rule of the clients: \(DistributionName.list).", valueName: "name"))
  var algorithm = DistributionName.phpMemcache

  @Option(name: .long, help: ArgumentHelp("Its hash, where it has several: \(KeyHash.list).", valueName: "name"))
  var hash: KeyHash?

  mutating func validate() throws {
    if hash != nil, !algorithm.takesHash { throw ValidationError("\(algorithm.rawValue) has a hash of its own") }
  }

  var distribution: Distribution { algorithm.distribution(hash) }
}

enum DistributionName: String, CaseIterable, ExpressibleByArgument, Sendable {
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

  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

  var takesHash: Bool { [.modula, .consistent, .twemproxyKetama, .twemproxyModula].contains(self) }

  /// - Parameter hash: nil: the program's own default.
  func distribution(_ hash: KeyHash?) -> Distribution {
    switch self {
    case .phpMemcache: .phpMemcacheConsistent(.crc32)
    case .phpMemcacheStandard: .phpMemcacheStandard(.crc32)
    case .modula: .modula(hash ?? .oneAtATime)
    case .consistent: .consistent(hash ?? .oneAtATime)
    case .ketama: .ketama
    case .pythonMemcached: .pythonMemcached
    case .pymemcache: .pymemcache(.text)
    case .twemproxyKetama: .twemproxyKetama(hash ?? .fnv1ax64)
    case .twemproxyModula: .twemproxyModula(hash ?? .fnv1ax64)
    case .magent: .magent
    case .magentKetama: .magentKetama()
    case .jump: .jump
    }
  }
}

extension KeyHash: ExpressibleByArgument {
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
