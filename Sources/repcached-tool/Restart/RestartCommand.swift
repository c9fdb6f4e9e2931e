import ArgumentParser
import Platform

struct RestartCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restart", abstract: "Restart one side of a pair, which systemd runs, without loss.",
    discussion: """
      Waits until the peer has everything, restarts, and waits until this side has it again. Run it on one host, and when it has \
      ended with 0 on the other.

      Status: 0 restarted, and both hold the same; 1 the unit does not run or did not start; 64 there is no such unit; 75 no \
      peer had everything in time.
      """)

  @Flag(name: [.customShort("f"), .long], help: "Do not wait for a peer. A daemon without one is empty after that.")
  var force = false

  @Option(
    name: [.customShort("t"), .customLong("wait")],
    help: ArgumentHelp("How long each wait may take.", valueName: "seconds"))
  var limit: UInt32 = 600

  @Argument(help: ArgumentHelp("The unit of systemd.", valueName: "unit"))
  var unit = "repcached.service"

  func validate() throws {
    if limit > 999_999 { throw ValidationError("-t takes seconds, 0 to 999999") }
  }

  func run() throws {
    try telling { () throws(ToolError) in
      try Restart(unit: unit.hasSuffix(".service") ? unit : unit + ".service", limit: limit, force: force).run()
    }
  }
}
