import Foundation
import Platform
import Testing

// Dropping root cannot be tried in a process that has other tests to run: the end-to-end tests start a daemon for it.
@Suite("Privileges")
struct PrivilegesTests {
  @Test("are root's if the kernel says that the effective user is root")
  func root() throws {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("Uid:") })
    // Real, effective, saved and of the file system.
    let users = line.split(whereSeparator: \.isWhitespace).dropFirst().map(String.init)
    #expect(users.count == 4 && Privileges.isRoot == (users[1] == "0"))
  }

  @Test("of another cannot be had by a user without any", .enabled(if: !Privileges.isRoot, "root may become anyone"))
  func refused() throws {
    let error = #expect(throws: PrivilegeError.self) { _ = try Privileges.drop(to: UserAccount(named: "root")) }
    #expect(error?.description.hasPrefix("cannot become the user root: ") == true)
  }
}
