import SystemPackage
import TestSupport
import Testing

@testable import repcached_bench

@Suite("Recorded traces")
struct RecordedTraceTests {
  @Test("a request is four bytes, the lowest first")
  func numbers() throws {
    let directory = TemporaryDirectory()
    let file = try directory.write([1, 2, 3, 4, 0, 0, 0, 0, 255, 255, 255, 255], to: "trace")
    #expect(try RecordedTrace.read(file) == [0x0403_0201, 0, .max])
  }

  @Test("what is no trace is refused", arguments: [0, 1, 3, 5, 4097])
  func refused(size: Int) throws {
    let directory = TemporaryDirectory()
    let file = try directory.write([UInt8](repeating: 7, count: size), to: "trace")
    #expect(throws: OptionError.self) { try RecordedTrace.read(file) }
  }

  @Test("a file that is not there is told")
  func missing() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try RecordedTrace.read("/no/such/file") }
  }
}
