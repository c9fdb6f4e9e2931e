import Glibc
import Platform
import SystemPackage
import Testing

@Suite("A pid file")
struct PidFileTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("pid")
  }

  @Test("holds the number of this process until it is removed")
  func written() throws {
    let file = try PidFile(path: path)
    #expect(PidFile.read(path: path) == getpid())
    #expect(mode(of: path).map { $0 & 0o600 } == 0o600)
    file.remove()
    #expect(mode(of: path) == nil)
  }

  @Test("replaces what a dead daemon left")
  func replaced() throws {
    try writeFile(path, "123456789\n")
    let file = try PidFile(path: path)
    #expect(PidFile.read(path: path) == getpid())
    file.remove()
  }

  @Test("stays when it holds another's number by now", arguments: ["1\n", "", "not a number", "99999999999999999999"])
  func another(text: String) throws {
    let file = try PidFile(path: path)
    try writeFile(path, text)
    file.remove()
    #expect(mode(of: path) != nil)
  }

  @Test("that cannot be made says why")
  func unwritable() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try PidFile(path: "/no/such/directory/pid") }
    #expect(throws: Errno.isDirectory) { try PidFile(path: "/tmp") }
  }

  @Test("on a full disk says so, and a device stays where it is")
  func fullDisk() {
    #expect(throws: Errno.noSpace) { try PidFile(path: "/dev/full") }
    #expect(mode(of: "/dev/full") != nil)
  }
}
