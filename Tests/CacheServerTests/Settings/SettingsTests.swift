import CacheServer
import Testing

@Suite("Settings")
struct SettingsTests {
  @Test("without a flag are memcached's daemon on 11211, with a port for the peer")
  func defaults() throws {
    let settings = try Settings().checked()
    #expect(settings.port == 11211)
    #expect(settings.memoryLimit == 64 << 20)
    #expect(settings.maxItemSize == 1 << 20)
    #expect(settings.maxConnections == 1024)
    #expect(settings.threads == 4)
    #expect(settings.peering.listenPort == 11212)
    #expect(settings.peering.isEnabled && !settings.peering.isPortGiven)
  }
}
