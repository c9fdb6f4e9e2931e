import Testing

@testable import CacheServer

@Suite("What a server's threads share")
struct ServerContextTests {
  @Test("A closed connection rings the acceptor only where it made room") func connectionClosed() throws {
    var settings = Settings()
    settings.maxConnections = 2
    let context = try ServerContext(settings: settings) { _ in }
    let rung = LogLines()
    context.setHooks { $0.connectionClosed = { rung.add("rung") } }
    for _ in 0..<2 { context.connectionOpened() }
    context.connectionClosed()
    #expect(rung.all.count == 1)
    context.connectionClosed()
    #expect(rung.all.count == 1)
    #expect(context.connectionCount == 0)
  }

  @Test("Verbosity stays within what there is", arguments: [(-1, 0), (0, 0), (2, 2), (99, 3)])
  func verbosity(level: Int, kept: Int) throws {
    let context = try ServerContext(settings: Settings()) { _ in }
    context.setVerbosity(level)
    #expect(context.verbosity == kept)
  }

  @Test("A store that cannot be made is an error with a line") func tooLarge() throws {
    var settings = Settings()
    settings.memoryLimit = 1 << 60
    #expect(throws: ServerError.self) { try ServerContext(settings: settings) { _ in } }
  }
}
