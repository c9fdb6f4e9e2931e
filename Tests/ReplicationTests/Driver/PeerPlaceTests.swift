import Platform
import Testing

@testable import Replication

@Suite struct PeerPlaceTests {
  @Test("a number is an address, all else a name, shown as it was given")
  func kinds() {
    #expect(PeerPlace(host: "127.0.0.1", port: 9) == .address(.loopback4(port: 9)))
    #expect(PeerPlace(host: "::1", port: 9).description == "[::1]:9")
    #expect(PeerPlace(host: "localhost", port: 9) == .name("localhost", port: 9))
    #expect(
      PeerPlace(host: "host-a", port: 9).description == "host-a:9"
        && PeerPlace(host: "host-a", port: 9).host == "host-a")
  }
}
