import Glibc
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A file's bytes")
struct FileBytesTests {
  @Test("are read whole and as they are, however many, also of what is no text")
  func whole() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("bytes")
    try writeFile(path, String(repeating: "0123456789", count: 20_000))
    #expect(try FileBytes.read(path).count == 200_000)
    // The beginning of this program is no text.
    #expect(
      try FileBytes.read("/proc/self/exe").prefix(4) == [0x7f, UInt8(ascii: "E"), UInt8(ascii: "L"), UInt8(ascii: "F")])
  }

  @Test("of a file that is not there are an error")
  func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileBytes.read("/no/such/file") }
  }

  @Test("of a file that is longer than asked for are an error, however long")
  func tooLong() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("bytes")
    try writeFile(path, "0123456789")
    #expect(try FileBytes.read(path, atMost: 10).count == 10)
    #expect(throws: Errno.fileTooLarge) { try FileBytes.read(path, atMost: 9) }
  }

  @Test("of what is no file are an error, and nobody waits for who writes into a pipe") func noFile() throws {
    let directory = TemporaryDirectory()
    let pipe = directory.file("pipe")
    try #require(unsafe mkfifo(pipe, 0o600) == 0)
    #expect(throws: Errno.invalidArgument) { try FileBytes.read(pipe) }
    #expect(throws: Errno.invalidArgument) { try FileBytes.read("/dev/zero") }
    #expect(throws: Errno.isDirectory) { try FileBytes.read("/") }
    #expect(FileBytes.isOtherThanFile(pipe) && FileBytes.isOtherThanFile("/"))
    #expect(!FileBytes.isOtherThanFile("/proc/self/exe") && !FileBytes.isOtherThanFile("/no/such/file"))
  }
}
