import Testing

@testable import CacheServer

@Suite("What a server's threads share")
struct ServerContextTests {
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
