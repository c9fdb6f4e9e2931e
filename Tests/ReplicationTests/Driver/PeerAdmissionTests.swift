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
    #expect(PeerAdmission(nil).judge(try address(host)) == .admitted)
  }

  @Test(
    "without -x others may not, and the refusal says what to do", arguments: ["8.8.8.8", "172.32.0.1", "2001:db8::1"])
  func publicAddresses(host: String) throws {
    let verdict = PeerAdmission(nil).judge(try address(host))
    #expect(
      verdict
        == .refused(remedy: "a public address; to pair with it start with -x \(host), or both with -o repl_secret"))
  }

  @Test("with -x only that host may, whatever its port")
  func named() throws {
    let admission = PeerAdmission(.address(try address("8.8.8.8")))
    var other = try address("8.8.8.8")
    other.port = 50_000
    #expect(admission.judge(other) == .admitted)
    #expect(admission.judge(try address("127.0.0.1")) == .refused(remedy: "only 8.8.8.8 may pair, by -x"))
  }

  @Test("an IPv4 address in the dress of IPv6 is judged as what it is")
  func mapped() throws {
    #expect(PeerAdmission(nil).judge(try address("::ffff:192.168.1.1")) == .admitted)
    #expect(PeerAdmission(nil).judge(try address("::ffff:8.8.8.8")) != .admitted)
    #expect(PeerAdmission(.address(try address("8.8.8.8"))).judge(try address("::ffff:8.8.8.8")) == .admitted)
  }

  @Test(
    "at the edges of the private ranges",
    arguments: [
      ("172.31.255.255", true), ("172.15.255.255", false), ("11.0.0.0", false), ("192.169.0.0", false),
      ("169.253.255.255", false), ("fdff::1", true), ("fbff::1", false), ("fe00::1", false), ("febf::1", true),
      ("fec0::1", false), ("128.0.0.1", false), ("127.255.255.254", true), ("0.0.0.1", false), ("::2", false),
    ])
  func edges(host: String, isAdmitted: Bool) throws {
    #expect((PeerAdmission(nil).judge(try address(host)) == .admitted) == isAdmitted)
  }

  @Test("with a secret any host may try, with -x too: the secret admits")
  func withSecret() throws {
    #expect(PeerAdmission(nil, hasSecret: true).judge(try address("8.8.8.8")) == .admitted)
    let named = PeerAdmission(.address(try address("8.8.8.8")), hasSecret: true)
    #expect(named.judge(try address("8.8.8.8")) == .admitted)
    #expect(named.judge(try address("10.0.0.1")) == .admitted)
  }

  @Test("of a name those addresses may pair that it was found to have last, and before that nobody")
  func byName() throws {
    var admission = PeerAdmission(.name("cache-b", port: 11212))
    #expect(admission.judge(try address("10.0.0.1")) == .refused(remedy: "only cache-b may pair, by -x"))
    admission.peerAddresses = [try address("10.0.0.1"), try address("fd00::1")]
    #expect(admission.judge(try address("10.0.0.1")) == .admitted)
    #expect(admission.judge(try address("fd00::1")) == .admitted)
    admission.peerAddresses = [try address("10.0.0.2")]
    #expect(admission.judge(try address("10.0.0.1")) == .refused(remedy: "only cache-b may pair, by -x"))
  }
}
