import Foundation
import TestSupport
import Testing

@testable import ClientLogin

@Suite("Who may use the cache")
struct LoginTests {
  private let directory = TemporaryDirectory()
  private let here = LoginOrigin.v4(1)
  private let now: UInt64 = 1 << 40

  private func login(_ text: String) throws -> Login {
    let login = Login(acceptsSASL: false)
    _ = try login.load(try file(text))
    return login
  }

  private func file(_ text: String) throws -> String {
    let path = directory.file("users")
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    return path
  }

  private func attempt(_ login: Login, _ user: String, _ password: String, from: LoginOrigin? = nil) -> Login.Outcome {
    login.attempt([UInt8](user.utf8).span, [UInt8](password.utf8).span, from: from ?? here, now: now)
  }

  private func judge(_ login: Login, _ user: String, _ password: String) -> Login.Outcome {
    login.judge([UInt8](user.utf8).span, [UInt8](password.utf8).span, from: here, now: now)
  }

  @Test("is nobody before the file is read") func unread() {
    #expect(attempt(Login(acceptsSASL: false), "", "") == .refused(isFirst: true))
  }

  @Test("is who stands in the file; whoever was right does not wait, nor does who comes after him") func right() throws
  {
    let login = try login("foo:bar\n")
    for _ in 0..<100 { #expect(attempt(login, "foo", "bar") == .accepted) }
  }

  @Test("After a wrong one every attempt from there waits before it is looked at, right or wrong, and no other does")
  func waiting() throws {
    let login = try login("foo:bar\n")
    #expect(attempt(login, "foo", "bab") == .refused(isFirst: true))
    #expect(attempt(login, "foo", "bar") == .waits(100_000_000))
    #expect(attempt(login, "foo", "bab") == .waits(200_000_000), "who waits is counted, or many at once would not wait")
    #expect(attempt(login, "foo", "bar", from: .v4(2)) == .accepted)
    #expect(judge(login, "foo", "bar") == .accepted)
    #expect(judge(login, "foo", "bab") == .refused(isFirst: false))
    #expect(attempt(login, "foo", "bar") == .waits(200_000_000), "of three attempts one was right")
  }

  @Test("is who stands in a file that is read anew, unless that cannot be used") func reload() throws {
    let login = try login("foo:bar\n")
    #expect(try login.load(file("foo:new\nbaaaz:quux\n")) == "2 users")
    #expect(attempt(login, "foo", "new") == .accepted && attempt(login, "baaaz", "quux") == .accepted)
    #expect(throws: ReloadFault("has a line 2 that is not user:password")) { try login.load(file("foo:x\nfoo\n")) }
    #expect(throws: ReloadFault("has no user")) { try login.load(file("")) }
    #expect(attempt(login, "foo", "new") == .accepted)
    #expect(attempt(login, "foo", "bar") == .refused(isFirst: true))
    #expect(try login.load(file("foo:bar\n")) == "one user")
  }

  @Test("A mark stands for a user with a password as long as the file has both") func marks() throws {
    let login = try login("foo:bar\nbaaaz:quux\n")
    func mark(_ user: String, _ password: String) -> [UInt8] {
      let code = login.mark([UInt8](user.utf8).span, [UInt8](password.utf8).span)
      return code.bytes.indices.map { code.bytes[$0] }
    }
    func isKnown(_ mark: [UInt8]) -> Bool { login.hasUser(mark: mark.span) }
    let (foo, other) = (mark("foo", "bar"), mark("baaaz", "quux"))
    #expect(isKnown(foo) && isKnown(other) && foo != other)
    for stranger in [mark("foo", "quux"), mark("foob", "ar"), mark("", ""), []] { #expect(!isKnown(stranger)) }
    _ = try login.load(file("foo:new\nbaaaz:quux\n"))
    #expect(!isKnown(foo) && isKnown(other) && mark("baaaz", "quux") == other)
    _ = try login.load(file("foo:bar\n"))
    #expect(isKnown(foo) && !isKnown(other))
  }

  @Test("Who guesses at the page slows the page's logins from there, and no client's") func page() throws {
    let login = try login("foo:bar\n")
    for _ in 0..<12 { _ = attempt(login, "foo", "bab", from: .page(here)) }
    #expect(attempt(login, "foo", "bar") == .accepted)
    #expect(login.delay(.page(here), now: now) > 0 && login.delay(here, now: now) == 0)
    #expect(attempt(login, "foo", "bar", from: .page(.v4(2))) == .accepted)
  }
}
