import Platform
import Testing

@Suite("What a service manager has given")
struct SupervisionTests {
  private final class Warnings {
    var lines: [String] = []
  }

  private func supervision(_ variables: [String: String], _ warnings: Warnings = Warnings()) throws -> Supervision {
    try Supervision(environment: { variables[$0] }, pid: 42) { warnings.lines.append($0) }
  }

  @Test("Without variables there is nothing") func nothing() throws {
    let nobody = try supervision(["WATCHDOG_USEC": "1000", "SYSTEMD_EXEC_PID": "42"])
    #expect(nobody.notify == nil && nobody.watchdog == nil && nobody.inherited.isEmpty && !nobody.isManaged)
  }

  @Test("The watchdog's time is that of WATCHDOG_USEC, where WATCHDOG_PID is this process or nobody") func watchdog()
    throws
  {
    let told = ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "30000000"]
    #expect(try supervision(told).watchdog == .seconds(30))
    #expect(try supervision(told.merging(["WATCHDOG_PID": "42"]) { $1 }).watchdog == .seconds(30))
    #expect(try supervision(told.merging(["WATCHDOG_PID": "41"]) { $1 }).watchdog == nil)
    #expect(try supervision(["NOTIFY_SOCKET": "@x"]).watchdog == nil)
  }

  @Test("It is managed where systemd itself has started it, and not a child of such a process") func managed() throws {
    #expect(try supervision(["NOTIFY_SOCKET": "@x", "SYSTEMD_EXEC_PID": "42"]).isManaged)
    #expect(!(try supervision(["NOTIFY_SOCKET": "@x", "SYSTEMD_EXEC_PID": "41"]).isManaged))
    #expect(!(try supervision(["NOTIFY_SOCKET": "@x"]).isManaged))
  }

  @Test(
    "What cannot be used is told in one line, and is no reason not to serve",
    arguments: [
      ["NOTIFY_SOCKET": "vsock:2:1"], ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "soon"],
      ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "0"], ["NOTIFY_SOCKET": "@x", "WATCHDOG_USEC": "-1"],
    ])
  func useless(variables: [String: String]) throws {
    let warnings = Warnings()
    let supervision = try supervision(variables, warnings)
    #expect(warnings.lines.count == 1 && supervision.watchdog == nil)
  }

  @Test("A descriptor that is no socket is an error") func noSocket() {
    let error = #expect(throws: InheritanceError.self) {
      try Supervision(
        environment: { ["LISTEN_PID": "42", "LISTEN_FDS": "1020"][$0] }, pid: 42, warn: { _ in })
    }
    #expect(error?.description.contains("LISTEN_FDS: descriptor ") == true)
  }
}
