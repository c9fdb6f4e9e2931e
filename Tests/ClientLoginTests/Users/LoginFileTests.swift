import Foundation
import TestSupport
import Testing

@testable import ClientLogin

@Suite("The file of those who may log in")
struct LoginFileTests {
  private static func users(_ text: String) throws(LoginFileError) -> LoginUsers {
    try LoginFile.users(in: [UInt8](text.utf8).span)
  }

  @Test(
    "has a user in each line, whether the last has an end or not; empty lines are passed over",
    arguments: [
      "foo:bar\nbaaaz:quux\n", "foo:bar\nbaaaz:quux", "foo:bar\r\nbaaaz:quux\r\n", "\nfoo:bar\n\n\nbaaaz:quux\n\n",
    ])
  func lines(text: String) throws {
    let users = try Self.users(text)
    #expect(users.count == 2 && users.matches("foo", "bar") && users.matches("baaaz", "quux"))
    #expect(!users.matches("baaaz", "quux\r") && !users.matches("foo", "quux"))
  }

  @Test("A name ends at the first colon, and a password with its line") func colons() throws {
    let users = try Self.users("foo:bar:baz: \n")
    #expect(users.matches("foo", "bar:baz: ") && users.count == 1)
  }

  @Test(
    "is none where a line is no user, and says which, or has nobody, or a thousand too many",
    arguments: [
      ("", LoginFileError.nobody), ("\n\r\n", .nobody), ("foo\n", .malformed(line: 1)), ("foo:\n", .malformed(line: 1)),
      (":bar\n", .malformed(line: 1)), (":", .malformed(line: 1)), ("foo:bar\n\nfoo bar\n", .malformed(line: 3)),
      (String(repeating: "foo:bar\n", count: 1001), .tooMany),
    ])
  func malformed(text: String, error: LoginFileError) {
    #expect(throws: error) { _ = try Self.users(text) }
  }

  @Test("A file may have more than memcached's eight lines") func many() throws {
    let users = try Self.users((0..<1000).map { "user\($0):password\($0)" }.joined(separator: "\n"))
    #expect(users.count == 1000 && users.matches("user999", "password999") && !users.matches("user999", "password0"))
  }

  @Test("is read whoever else may read it, up to 64 KB") func files() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("users")
    try Data("foo:bar\n".utf8).write(to: URL(fileURLWithPath: path))
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    #expect(try LoginFile.read(path).matches("foo", "bar"))
    #expect(throws: LoginFileError.file(.unreadable(.noSuchFileOrDirectory))) { _ = try LoginFile.read(path + "x") }
    #expect(throws: LoginFileError.file(.notAFile)) { _ = try LoginFile.read("/dev/zero") }
    try Data(repeating: 58, count: (64 << 10) + 1).write(to: URL(fileURLWithPath: path))
    #expect(throws: LoginFileError.file(.tooLong(most: 64 << 10))) { _ = try LoginFile.read(path) }
  }
}
