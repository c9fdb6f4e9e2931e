import Testing
import Transport

@Suite("Settings of TLS")
struct TLSSettingsTests {
  @Test("Verification is told to OpenSSL, and in statistics, by its bits") func masks() {
    #expect(TLSSettings.Verification.allCases.map(\.mask) == [0, 1, 3, 7])
  }

  @Test("Versions have memcached's names") func versions() {
    #expect(TLSSettings.Version.allCases.map(\.name) == ["tlsv1.0", "tlsv1.1", "tlsv1.2", "tlsv1.3"])
  }
}
