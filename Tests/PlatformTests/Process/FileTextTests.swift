import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A file's text")
struct FileTextTests {
  @Test("is read whole, however long")
  func whole() throws {
    let directory = TemporaryDirectory()
    let path = directory.file("text")
    let text = String(repeating: "0123456789", count: 20_000)
    try writeFile(path, text)
    #expect(try FileText.read(path) == text)
  }

  @Test("is written in the place of another's, and moved")
  func written() throws {
    let directory = TemporaryDirectory()
    let (path, newPath) = (directory.file("text"), directory.file("moved"))
    for text in ["a longer text", "short"] { try FileText.write(text, to: path) }
    try FileText.move(path, to: newPath)
    #expect(try FileText.read(newPath) == "short")
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileText.read(path) }
    #expect(throws: Errno.noSpace) { try FileText.write("text", to: "/dev/full") }
  }

  @Test("of a file that is not there is an error")
  func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try FileText.read("/no/such/file") }
  }
}
