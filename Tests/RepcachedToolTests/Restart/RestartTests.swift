import Testing

@testable import repcached_tool

@Suite("Restart")
struct RestartTests {
  @Test("Only state stream with a peer is that both hold the same") func streams() {
    #expect(Restart.streams("Serving, state stream, peer 10.0.0.2:11212"))
    for status in [
      "", "Serving, state listen, no peer", "Starting, state stream, peer x", "Serving, state copy, peer x",
    ] {
      #expect(!Restart.streams(status))
    }
  }
}
