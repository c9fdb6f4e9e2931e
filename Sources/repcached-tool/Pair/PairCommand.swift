import ArgumentParser

/// The two sides of a pair; the second is found by the first, if it uses the same port there.
struct PairArguments: ParsableArguments {
  @Argument(help: ArgumentHelp("One side.", valueName: "server"))
  var server = ServerName.local

  @Argument(help: ArgumentHelp("The other; else the first's peer, at the first's port.", valueName: "server"))
  var other: ServerName?

  func sides(_ access: AccessOptions, digest: Bool = false) -> [SideReport] {
    Self.sides(server, other, access, digest: digest)
  }

  static func sides(
    _ server: ServerName, _ other: ServerName?, _ access: AccessOptions, digest: Bool = false
  ) -> [SideReport] {
    let first = SideReport.ask(server, access, digest: digest)
    guard let name = other ?? peer(of: first, server) else { return [first] }
    guard other != nil || access.mayLogInAtNamed else {
      StandardError.write(
        "repcached-tool: \(name), named by \(server), is not asked: for --login name both sides, or give --tls and --ca"
      )
      return [first]
    }
    return [first, SideReport.ask(name, access, digest: digest)]
  }

  private static func peer(of side: SideReport, _ name: ServerName) -> ServerName? {
    guard let peer = side.peer ?? side.wantedPeer, let place = ServerName(peer), let host = place.host,
      let found = name.at(host: host), found != name
    else { return nil }
    return found
  }
}

struct PairCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pair", abstract: "Show both sides of a pair beside each other.",
    discussion: """
      A ! stands before what should be the same on both and is not. Status 1 where a side does not answer, or they do not stream.
      """)

  @OptionGroup var pair: PairArguments
  @Flag(name: .long, help: "Compare the digests of both, too. Both caches are read for it.")
  var digest = false
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in
      let sides = pair.sides(access, digest: digest)
      if output.json { try StandardOutput.print(json: sides) } else { try StandardOutput.print(PairTable.text(sides)) }
      if let fault = sides.compactMap(\.fault).first { throw .wrong(fault) }
      if !sides.allSatisfy({ $0.state == "stream" }) {
        throw .wrong("the pair does not stream: repcached-tool check says why")
      }
    }
  }
}

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Say why a pair does not stream.",
    discussion: """
      Compares flags, ports, secret, clocks and versions of both sides, and tells what each has said of the other. Status 0 if \
      they stream and nothing is wrong, else 1. repcached --check, with a side's flags, tries the rest from its host.
      """)

  @OptionGroup var pair: PairArguments
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func run() throws {
    try telling { () throws(ToolError) in
      let findings = PairDiagnosis(pair.sides(access), tries: true).findings
      if output.json {
        try StandardOutput.print(json: findings)
      } else {
        try StandardOutput.print(findings.map(\.line).joined())
      }
      if findings.contains(where: { $0.verdict == .wrong }) {
        throw ToolError(description: "the pair is not well", status: .wrong)
      }
    }
  }
}
