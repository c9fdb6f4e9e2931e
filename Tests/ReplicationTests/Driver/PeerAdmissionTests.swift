import Platform
import Testing

@testable import Replication

@Suite struct PeerAdmissionTests {
  private func address(_ host: String) throws -> SocketAddress {
    try #require(try SocketAddress.resolve(host: host, port: 11212).first)
  }

  @Test(
    "without -x hosts that the Internet does not reach may pair",
    arguments: ["127.0.0.1", "::1", "10.1.2.3", "172.16.0.1", "192.168.7.7", "fd00::1", "fe80::1", "169.254.1.1"])
  func privateAddresses(host: String) throws {
    #expect(PeerAdmission(peerAddresses: []).judge(try address(host)) == .admitted)
  }

  @Test(
    "without -x others may not, and the refusal says what to do", arguments: ["8.8.8.8", "172.32.0.1", "2001:db8::1"])
  func publicAddresses(host: String) throws {
    let verdict = PeerAdmission(peerAddresses: []).judge(try address(host))
    #expect(verdict == .refused(remedy: "a public address; to pair with it start with -x \(host)"))
  }

  @Test("with -x only that host may, whatever its port")
  func named() throws {
    let admission = PeerAdmission(peerAddresses: [try address("8.8.8.8")])
    var other = try address("8.8.8.8")
    other.port = 50_000
    #expect(admission.judge(other) == .admitted)
    #expect(admission.judge(try address("127.0.0.1")) == .refused(remedy: "only 8.8.8.8 may pair, by -x"))
  }
}
