import ArgumentParser
import Platform
import SystemPackage

struct TopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "top", abstract: "Show live what servers do: state of the pair, requests, hits, memory.",
    discussion: """
      On a terminal it fills the screen, and q ends it; else it prints lines. With one server its peer is shown, too, if that \
      uses the same port.
      """)

  @Argument(help: ArgumentHelp("The servers.", valueName: "server"))
  var servers: [ServerName] = [.local]

  @Option(name: .long, help: ArgumentHelp("From one look to the next.", valueName: "seconds"))
  var interval = 1.0

  @Option(name: .long, help: ArgumentHelp("How often to look; 0: until it is ended.", valueName: "times"))
  var count = 0
  @Flag(name: .long, help: "Print lines, on a terminal, too.")
  var plain = false
  @OptionGroup var output: JSONOption
  @OptionGroup(title: "Access") var access: AccessOptions

  func validate() throws {
    if !(0.05...3600).contains(interval) { throw ValidationError("--interval takes seconds, 0.05 to 3600") }
    if count < 0 { throw ValidationError("--count is 0 or more") }
  }

  func run() throws {
    try telling { () throws(ToolError) in
      let shown = names.map { TopServer($0, access) }
      // Rates are those of an interval: the first look has none.
      for server in shown { _ = server.next() }
      let isScreen =
        !plain && !output.json && Terminal.isTerminal(.standardOutput) && Terminal.isTerminal(.standardInput)
      if isScreen { try TopScreen.show(shown, every: interval, times: count) } else { try showLines(shown) }
    }
  }

  private var names: [ServerName] {
    guard servers.count == 1 else { return servers }
    return PairArguments.sides(servers[0], nil, access).compactMap { ServerName($0.server) }
  }

  private func showLines(_ servers: [TopServer]) throws(ToolError) {
    var times = 0
    while count == 0 || times < count {
      ProcessPause.sleep(nanoseconds: UInt64(interval * 1e9))
      let rows = servers.map { $0.next() }
      if output.json {
        try StandardOutput.print(json: rows)
      } else {
        let head = times % 20 == 0 ? TopRow.head + "\n" : ""
        try StandardOutput.print(head + rows.map { $0.line + "\n" }.joined())
      }
      times += 1
    }
  }
}
