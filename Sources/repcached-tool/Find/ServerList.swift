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
  @Option(name: .long, help: ArgumentHelp("The rule of the clients: \(DistributionRule.list).", valueName: "name"))
  var algorithm = DistributionRule.phpMemcache

  @Option(name: .long, help: ArgumentHelp("Its hash, where it has several: \(KeyHash.list).", valueName: "name"))
  var hash: KeyHash?

  mutating func validate() throws {
    if hash != nil, !algorithm.takesHash { throw ValidationError("\(algorithm.rawValue) has a hash of its own") }
  }

  var distribution: Distribution { algorithm.distribution(hash) }
}

extension DistributionRule: ExpressibleByArgument {
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}

extension KeyHash: ExpressibleByArgument {
  static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }
}
