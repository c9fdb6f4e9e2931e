import Glibc
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A pid file")
struct PidFileTests {
  let directory: TemporaryDirectory
  let path: String

  init() throws {
    directory = TemporaryDirectory()
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

  @Test("in a directory that it may not be removed from is emptied")
  func emptied() throws {
    let file = try PidFile(path: path)
    // Root may remove anything: a file that has gone elsewhere stands for one that cannot be reached.
    #expect(unsafe rename(path, directory.file("elsewhere")) == 0)
    file.remove()
    #expect(try FileText.read(directory.file("elsewhere")) == "")
  }

  @Test("that replaced this process's under its name stays")
  func replacedByAnother() throws {
    let file = try PidFile(path: path)
    #expect(unsafe rename(path, directory.file("elsewhere")) == 0)
    try writeFile(path, "\(getpid())\n")
    file.remove()
    #expect(PidFile.read(path: path) == getpid())
  }

  @Test("belongs to the account that it was given to", .enabled(if: Privileges.isRoot, "only root gives files away"))
  func given() throws {
    let account = try UserAccount(named: "nobody")
    let file = try PidFile(path: path)
    try file.give(to: account)
    #expect(owner(of: path) == account.userID)
    file.remove()
  }

  @Test("is not written through a link that an unprivileged user may have put there")
  func linked() throws {
    let target = directory.file("target")
    try writeFile(target, "precious")
    #expect(unsafe symlink(target, path) == 0)
    #expect(throws: Errno.tooManySymbolicLinkLevels) { try PidFile(path: path) }
    #expect(try FileText.read(target) == "precious")
  }

  @Test("is not written over a file that has another name too")
  func hardLink() throws {
    let target = directory.file("target")
    try writeFile(target, "precious")
    #expect(unsafe link(target, path) == 0)
    #expect(throws: Errno.tooManyLinks) { try PidFile(path: path) }
    #expect(try FileText.read(target) == "precious")
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
