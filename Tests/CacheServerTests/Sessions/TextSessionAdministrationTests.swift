import Platform
import Testing

@testable import CacheServer

@Suite("replication peer")
struct TextSessionAdministrationTests {
  @Test("Only clients on the same host may name another peer") func clients() throws {
    for host in ["127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"] {
      #expect(TextSession.mayChangePeer(try #require(.numeric(host: host, port: 1))), "\(host)")
    }
    #expect(TextSession.mayChangePeer(.unix(path: "")))
    for host in ["10.0.0.2", "192.168.1.1", "::", "fe80::1", "8.8.8.8", "::ffff:10.0.0.1"] {
      #expect(!TextSession.mayChangePeer(try #require(.numeric(host: host, port: 1))), "\(host)")
    }
  }

  @Test("The answer is OK, or the reason, in its place among others") func answers() throws {
    let rig = try WorkerRig()
    rig.context.setHooks { $0.changePeer = { $0 == "good" ? nil : "no \($0)" } }
    let client = try rig.client()
    let long = String(repeating: "h", count: 400)
    #expect(
      client.ask("get a\r\nreplication peer good\r\nreplication peer bad\r\nreplication peer \(long)\r\nget a\r\n")
        == "END\r\nOK\r\nCLIENT_ERROR no bad\r\nCLIENT_ERROR no \(long.prefix(300))\r\nEND\r\n")
  }
}
