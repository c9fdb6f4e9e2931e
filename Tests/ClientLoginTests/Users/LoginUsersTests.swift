import Testing

@testable import ClientLogin

@Suite("Users and their passwords")
struct LoginUsersTests {
  private static func users(_ lines: [(String, String)]) -> LoginUsers {
    var users = LoginUsers()
    for (user, password) in lines { users.add([UInt8](user.utf8).span, [UInt8](password.utf8).span) }
    return users
  }

  @Test("match as a pair, and in no other way")
  func pairs() {
    let users = Self.users([("foo", "bar"), ("baaaz", "quux"), ("foo", "new")])
    for (user, password) in [("foo", "bar"), ("baaaz", "quux"), ("foo", "new")] {
      #expect(users.matches(user, password))
    }
    for (user, password) in [
      ("foo", "quux"), ("baaaz", "bar"), ("foo", "ba"), ("foo", "barr"), ("fo", "bar"), ("", ""), ("foo", ""),
      ("", "bar"), ("foob", "ar"), ("FOO", "bar"), ("foo", "bar\0"), ("foo\0bar", ""),
    ] {
      #expect(!users.matches(user, password), "\(user) \(password)")
    }
  }

  @Test(
    "CVE-2026-47783: as much is compared whoever logs in: somebody, nobody, the first, the last, by a right or a wrong word",
    arguments: [("a", "1"), ("a", "2"), ("c", "3"), ("c", "1"), ("x", "1"), ("x", "x"), ("", "")])
  func work(user: String, password: String) {
    let users = Self.users([("a", "1"), ("b", "2"), ("c", "3")])
    var comparisons = 0
    let isIn = users.contains([UInt8](user.utf8).span, [UInt8](password.utf8).span) {
      comparisons += 1
      return $0 == $1
    }
    #expect(comparisons == 2 * users.count)
    #expect(isIn == users.matches(user, password))
  }

  @Test("are nobody where there is none") func nobody() {
    #expect(!LoginUsers().matches("", "") && LoginUsers().count == 0)
  }
}

extension LoginUsers {
  func matches(_ user: String, _ password: String) -> Bool {
    contains([UInt8](user.utf8).span, [UInt8](password.utf8).span)
  }
}
