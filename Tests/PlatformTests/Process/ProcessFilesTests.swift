import Platform
import SystemPackage
import Testing

@Suite("A process's files under /proc")
struct ProcessFilesTests {
  @Test("are read whole")
  func text() throws {
    let status = try ProcessFiles.text(pid: ProcessIdentity.pid, "status")
    #expect(status.contains("\nPid:\t\(ProcessIdentity.pid)\n"))
  }

  @Test("name its threads")
  func threads() throws {
    #expect(try ProcessFiles.threads(pid: ProcessIdentity.pid).contains(ProcessIdentity.pid))
  }

  @Test("of a process that is not there are not there")
  func none() {
    #expect(throws: Errno.noSuchFileOrDirectory) { try ProcessFiles.text(pid: 0, "status") }
    #expect(throws: Errno.noSuchFileOrDirectory) { try ProcessFiles.threads(pid: 0) }
  }
}
