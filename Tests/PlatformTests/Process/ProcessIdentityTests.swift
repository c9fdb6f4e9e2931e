import Glibc
import Platform
import Testing

@Suite("The process")
struct ProcessIdentityTests {
  @Test("knows its number, its user and its host")
  func knows() {
    #expect(ProcessIdentity.pid == getpid())
    #expect(ProcessIdentity.effectiveUserID == geteuid())
    #expect(!ProcessIdentity.hostName.isEmpty)
  }
}
