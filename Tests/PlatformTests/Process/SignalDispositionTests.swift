import Glibc
import Platform
import Testing

@Suite("A signal's disposition", .serialized)
struct SignalDispositionTests {
  @Test("can be to do nothing")
  func ignored() {
    SignalDisposition.ignore(SIGUSR2)
    kill(getpid(), SIGUSR2)
    SignalDisposition.restoreDefault(SIGUSR2)
  }
}
