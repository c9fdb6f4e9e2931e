import Platform
import Testing

@Suite("A user account")
struct UserAccountTests {
  @Test("is found by its name")
  func found() throws {
    let root = try UserAccount(named: "root")
    #expect(root.userID == 0 && root.groupID == 0 && root.name == "root")
  }

  @Test("that does not exist is named in the error", arguments: ["no-such-user-here", "", "root "])
  func unknown(name: String) {
    #expect(throws: PrivilegeError.noSuchUser(name)) { try UserAccount(named: name) }
    #expect(PrivilegeError.noSuchUser(name).description == "there is no user \(name)")
  }
}
