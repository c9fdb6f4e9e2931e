import Testing

@testable import CacheServer

@Suite("The protocol that clients speak")
struct BindingProtocolTests {
  @Test("has memcached's names") func names() {
    #expect(BindingProtocol.allCases.map(\.rawValue) == ["auto", "ascii", "binary"])
    #expect(BindingProtocol.allCases.map(\.name) == ["auto-negotiate", "ascii", "binary"])
  }
}
