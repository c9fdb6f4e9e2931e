import Platform
import Testing

@Suite("LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES")
struct InheritedNamesTests {
  private func names(_ variables: [String: String]) throws(InheritanceError) -> [String]? {
    try InheritedNames.read({ variables[$0] }, pid: 42)
  }

  @Test("They name the descriptors from 3 on") func named() throws {
    #expect(
      try names(["LISTEN_PID": "42", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "clients:http"]) == ["clients", "http"])
    #expect(try names(["LISTEN_PID": "42", "LISTEN_FDS": "2"]) == ["", ""])
    #expect(try names(["LISTEN_PID": "42", "LISTEN_FDS": "1", "LISTEN_FDNAMES": ""]) == [""])
  }

  @Test("Those of another process are left alone") func foreign() throws {
    #expect(try names(["LISTEN_PID": "41", "LISTEN_FDS": "2"]) == nil)
    #expect(try names(["LISTEN_PID": "41", "LISTEN_FDS": "x"]) == nil)
    #expect(try names(["LISTEN_FDS": "2"]) == nil)
    #expect(try names(["LISTEN_PID": "42"]) == nil)
    #expect(try names(["LISTEN_PID": "42", "LISTEN_FDS": "0"]) == nil)
    #expect(try names([:]) == nil)
  }

  @Test(
    "What they cannot say is an error that names the variable",
    arguments: [
      ("LISTEN_PID", "x", "1", nil), ("LISTEN_PID", "-1", "1", nil), ("LISTEN_FDS", "42", "x", nil),
      ("LISTEN_FDS", "42", "-1", nil), ("LISTEN_FDS", "42", "99999999", nil), ("LISTEN_FDNAMES", "42", "2", "one"),
      ("LISTEN_FDNAMES", "42", "1", "one:two"),
    ] as [(String, String, String, String?)])
  func impossible(variable: String, pid: String, count: String, named: String?) {
    var variables = ["LISTEN_PID": pid, "LISTEN_FDS": count]
    variables["LISTEN_FDNAMES"] = named
    let error = #expect(throws: InheritanceError.self) { try names(variables) }
    #expect(error == .badVariable(variable, variables[variable] ?? ""))
    #expect(error?.description.hasPrefix(variable + " ") == true)
  }
}
