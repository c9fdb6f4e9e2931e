import Platform
import SystemPackage
import Testing

@Suite("A file's text")
struct FileTextTests {
  @Test("is read whole, however long")
  func whole() throws {
    let directory = try TemporaryDirectory()
    let path = directory.file("text")
    let text = String(repeating: "0123456789", count: 20_000)
    try writeFile(path, text)
    #expect(try FileText.read(path) == text)
  }

  @Test("of a file that is not there is an error")
  func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileText.read("/no/such/file") }
  }
}
