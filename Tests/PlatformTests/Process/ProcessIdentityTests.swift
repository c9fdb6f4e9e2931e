import Glibc
import Platform
import Testing

@Suite("The process")
struct ProcessIdentityTests {
  @Test("knows its number and its host")
  func knows() {
    #expect(ProcessIdentity.pid == getpid())
    #expect(!ProcessIdentity.hostName.isEmpty)
  }
}
