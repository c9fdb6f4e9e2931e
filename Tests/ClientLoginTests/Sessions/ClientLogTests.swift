import Synchronization
import SystemPackage
import Testing

@testable import ClientLogin

@Suite("The log of clients")
struct ClientLogTests {
  @Test(
    "A command is logged as one printable line of bounded length",
    arguments: [
      ("get a\r\nget b\r\n", "<7 get a"), ("\n", "<7 "), ("\u{7}\\", "<7 \\x07\\x5c"), ("no end", "<7 no end"),
      ("\u{e9}", "<7 \\xc3\\xa9"), (String(repeating: "k", count: 300), "<7 " + String(repeating: "k", count: 256)),
    ])
  func command(input: String, line: String) {
    let lines = Lines()
    let bytes = [UInt8](input.utf8)
    ClientLog(FileDescriptor(rawValue: 7)) { line in lines.all.withLock { $0.append(line) } }.command(bytes.span)
    #expect(lines.all.withLock { $0 } == [line])
  }

  private final class Lines: Sendable {
    let all = Mutex<[String]>([])
  }
}
