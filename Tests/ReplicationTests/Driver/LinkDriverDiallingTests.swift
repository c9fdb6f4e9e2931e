import Platform
import Synchronization
import SystemPackage
import Testing

@testable import Replication

/// Names that move, fail, hang, and have several addresses.
@Suite(.serialized, .timeLimit(.minutes(2))) struct LinkDriverDiallingTests {
  /// What the name of the peer has, as the test says.
  private final class Names: Sendable {
    enum Answer { case addresses([SocketAddress]), unknown, hangs }
    let answer: Monitor<Answer>
    let calls = Atomic<Int>(0)

    init(_ answer: Answer) { self.answer = Monitor(answer) }

    func say(_ next: Answer) { answer.change { $0 = next } }

    func lookUp() throws(ResolutionError) -> [SocketAddress] {
      calls.add(1, ordering: .relaxed)
      let found = answer.waitFor { answer -> [SocketAddress]? in
        switch answer {
        case .addresses(let addresses): addresses
        case .unknown: []
        case .hangs: nil
        }
      }
      guard let found, !found.isEmpty else { throw ResolutionError(host: "peer.test", reason: "unknown") }
      return found
    }
  }

  private func daemon(
    _ node: UInt64, _ names: Names, _ change: (inout ReplicationConfiguration) -> Void = { _ in }
  ) throws -> Daemon {
    try Daemon(node: node) {
      $0.peer = .name("peer.test", port: 1)
      $0.lookUp = { (_, _) throws(ResolutionError) in try names.lookUp() }
      change(&$0)
    }.start()
  }

  private func master(_ node: UInt64 = 1) throws -> (Daemon, SocketAddress) {
    let daemon = try Daemon(node: node).start()
    #expect(eventually { daemon.address != nil && daemon.isReady })
    let address: SocketAddress = try #require(daemon.address)
    return (daemon, address)
  }

  @Test("a peer that comes back under another address is found there")
  func moves() throws {
    let (one, first) = try master()
    one.set("a", [1])
    let names = Names(.addresses([first]))
    let two = try daemon(2, names)
    #expect(eventually { two.isStreaming && two.get("a") == [1] })
    #expect(two.link.status.peer == first.description)
    one.kill()
    let (again, second) = try master()
    names.say(.addresses([second]))
    #expect(eventually { two.isStreaming && two.link.status.peer == second.description })
    #expect(eventually { again.get("a") == [1] })
    for side in [two, again] { side.kill() }
  }

  @Test("a name that is unknown is a warning, told once: it serves, and joins when the name is known")
  func unknown() throws {
    let names = Names(.unknown)
    let warnings = Daemon.Log()
    let two = try daemon(2, names) { $0.warn = { warnings.write($0) } }
    #expect(eventually { two.isReady && names.calls.load(ordering: .relaxed) > 2 })
    #expect(warnings.all == ["replication: cannot resolve peer.test: unknown; trying on"])
    #expect(two.link.status.role == .master)
    let (one, address) = try master()
    names.say(.addresses([address]))
    #expect(eventually { two.isStreaming && one.isStreaming })
    for side in [two, one] { side.kill() }
  }

  @Test(
    "a resolver that hangs keeps nobody waiting: it serves after repl_wait, a peer can join, and its end is no later")
  func hangs() throws {
    let names = Names(.hangs)
    let warnings = Daemon.Log()
    let secret = try SharedSecret("the secret of both")
    let two = try daemon(2, names) {
      $0.warn = { warnings.write($0) }
      $0.secrets = PairSecrets([secret])
    }
    #expect(eventually { two.isReady && two.address != nil })
    #expect(eventually { warnings.all == ["replication: cannot resolve peer.test:1: no answer; trying on"] })
    let address: SocketAddress = try #require(two.address)
    let one = try Daemon(node: 1, peer: address) { $0.secrets = PairSecrets([secret]) }.start()
    #expect(eventually { one.isStreaming && two.isStreaming })
    #expect(names.calls.load(ordering: .relaxed) == 1)
    for side in [one, two] { side.kill() }
    names.say(.unknown)
  }

  @Test("what is found after its dial was given up serves the next dial")
  func late() throws {
    let (one, address) = try master()
    let names = Names(.hangs)
    let two = try daemon(2, names)
    #expect(eventually { two.log.all.contains("replication: cannot resolve peer.test:1: no answer; trying on") })
    names.say(.addresses([address]))
    #expect(eventually { two.isStreaming && one.isStreaming })
    for side in [two, one] { side.kill() }
  }

  @Test(
    "each address of the name is tried within repl_wait: one that refuses, one that says nothing, one that is the peer")
  func several() throws {
    let (one, address) = try master()
    one.set("a", [1])
    let mute = try Socket.listen(on: .loopback4(port: 0), backlog: 8)
    defer { Socket.close(mute) }
    let closed = try Socket.bind(to: .loopback4(port: 0))
    defer { Socket.close(closed) }
    let names = Names(.addresses([try Socket.localAddress(closed), try Socket.localAddress(mute), address]))
    let two = try daemon(2, names) { $0.replWait = .seconds(20) }
    #expect(eventually { two.isReady })
    // It was never alone: it is ready because the copy has come.
    #expect(two.link.status.role == .slave && two.get("a") == [1])
    #expect(!two.log.all.contains("replication: listen"))
    for side in [two, one] { side.kill() }
  }

  @Test("with a secret, who knows it may join also from another address than that of -x")
  func secretAdmits() throws {
    let secret = try SharedSecret("the secret of both")
    let elsewhere = SocketAddress.v4(IPv4(127 << 24 | 9), port: 1)
    let one = try Daemon(node: 1, peer: elsewhere) { $0.secrets = PairSecrets([secret]) }.start()
    #expect(eventually { one.address != nil })
    let address: SocketAddress = try #require(one.address)
    let two = try Daemon(node: 2, peer: address) { $0.secrets = PairSecrets([secret]) }.start()
    #expect(eventually { one.isStreaming && two.isStreaming })
    two.kill()
    one.kill()

    let strict = try Daemon(node: 1, peer: elsewhere).start()
    #expect(eventually { strict.address != nil })
    let there: SocketAddress = try #require(strict.address)
    let stranger = try Daemon(node: 2, peer: there).start()
    #expect(eventually { stranger.log.all.contains { $0.contains("not admitted") } })
    #expect(strict.log.all.contains { $0.contains("only 127.0.0.9 may pair, by -x") })
    for side in [stranger, strict] { side.kill() }
  }
}
