import Glibc
import Platform
import Testing

// Dropping root cannot be tried in a process that has other tests to run: the end-to-end tests start a daemon for it.
@Suite("Privileges")
struct PrivilegesTests {
  @Test("are root's if the effective user is root")
  func root() {
    #expect(Privileges.isRoot == (ProcessIdentity.effectiveUserID == 0))
  }

  @Test("of another cannot be had by a user without any")
  func refused() throws {
    if Privileges.isRoot { return }
    let error = #expect(throws: PrivilegeError.self) { _ = try Privileges.drop(to: UserAccount(named: "root")) }
    #expect(error?.description.hasPrefix("cannot become the user root: ") == true)
  }
}
