import Glibc
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A secret file")
struct SecretFileTests {
  private let directory: TemporaryDirectory
  private let path: String

  init() throws {
    directory = TemporaryDirectory()
    path = directory.file("secret")
  }

  private func write(_ text: String, mode: mode_t = 0o600) throws {
    try writeFile(path, text)
    try #require(unsafe chmod(path, mode) == 0)
  }

  private func fault(_ path: String) -> SecretFileError? {
    do throws(SecretFileError) {
      _ = try SecretFile.read(path)
      return nil
    } catch { return error }
  }

  @Test("is read as it is, its last newline too, up to 4096 bytes", arguments: [0, 1, 100, 4096])
  func read(count: Int) throws {
    let text = String(repeating: "\n", count: count)
    try write(text)
    let secret = try SecretFile.read(path)
    #expect(contents(secret) == Array(text.utf8))
  }

  @Test("may be one that its owner cannot even change")
  func readOnly() throws {
    try write("secret", mode: 0o400)
    #expect(fault(path) == nil)
  }

  @Test("is refused if anybody else has any right to it", arguments: [0o640, 0o604, 0o620, 0o602, 0o610, 0o601, 0o777])
  func open(mode: mode_t) throws {
    try write("secret", mode: mode)
    #expect(fault(path) == .open)
  }

  @Test("is refused if it is not there, is no file, or does not end")
  func others() throws {
    #expect(fault("/no/such/file") == .unreadable(.noSuchFileOrDirectory))
    #expect(fault(directory.path) == .notAFile)
    #expect(fault("/dev/zero") == .notAFile)
    let pipe = directory.file("pipe")
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(fault(pipe) == .notAFile)
    try write(String(repeating: "x", count: 4097))
    #expect(fault(path) == .tooLong(most: 4096))
  }

  @Test("is refused if a stranger owns it", .enabled(if: geteuid() == 0))
  func foreign() throws {
    try write("secret")
    try #require(unsafe chown(path, 12_345, 12_345) == 0)
    #expect(fault(path) == .foreign(owner: 12_345))
    #expect(contents(try SecretFile.readShared(path, atMost: 6)) == Array("secret".utf8))
  }

  @Test("that others may know, too, is read whoever may, up to its limit, and is still a file")
  func shared() throws {
    try write("secret", mode: 0o644)
    #expect(contents(try SecretFile.readShared(path, atMost: 6)) == Array("secret".utf8))
    #expect(throws: SecretFileError.tooLong(most: 5)) { _ = try SecretFile.readShared(path, atMost: 5) }
    #expect(throws: SecretFileError.notAFile) { _ = try SecretFile.readShared(directory.path, atMost: 5) }
  }

  @Test("tells whether everybody may read or change it", arguments: [0o600, 0o640, 0o644, 0o602, 0o660, 0o666])
  func openToAll(mode: mode_t) throws {
    try write("secret", mode: mode)
    #expect(SecretFile.isOpenToAll(path) == (mode & 0o006 != 0))
    #expect(!SecretFile.isOpenToAll("/no/such/file"))
  }

  @Test("is refused to who may not read it", .enabled(if: geteuid() != 0))
  func unreadable() throws {
    try write("secret", mode: 0)
    #expect(fault(path) == .unreadable(.permissionDenied))
  }
}
