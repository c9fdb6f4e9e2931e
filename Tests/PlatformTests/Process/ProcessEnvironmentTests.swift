import Platform
import Testing

@Suite("The environment")
struct ProcessEnvironmentTests {
  @Test("has the values it was given, and no others") func values() {
    #expect(ProcessEnvironment.value(of: "PATH")?.isEmpty == false)
    #expect(ProcessEnvironment.value(of: "REPCACHED_NO_SUCH_VARIABLE") == nil)
  }
}
