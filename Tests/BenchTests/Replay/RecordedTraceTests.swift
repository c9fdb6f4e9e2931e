import SystemPackage
import Testing

@testable import repcached_bench

@Suite("Recorded traces")
struct RecordedTraceTests {
  @Test("a request is four bytes, the lowest first")
  func numbers() throws {
    let file = TemporaryFile()
    try file.write([1, 2, 3, 4, 0, 0, 0, 0, 255, 255, 255, 255])
    #expect(try RecordedTrace.read(file.name) == [0x0403_0201, 0, .max])
  }

  @Test("what is no trace is refused", arguments: [0, 1, 3, 5, 4097])
  func refused(size: Int) throws {
    let file = TemporaryFile()
    try file.write(Array(repeating: 7, count: size))
    #expect(throws: OptionError.self) { try RecordedTrace.read(file.name) }
  }

  @Test("a file that is not there is told")
  func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try RecordedTrace.read("/no/such/file") }
  }
}
