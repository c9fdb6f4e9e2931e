import ItemStore
import Platform
import Testing

@testable import Replication

@Suite struct SharedSecretTests {
  private let secret: SharedSecret
  private let connector = hello(node: 1, boot: 10, nonce: 100)
  private let acceptor = hello(node: 2, boot: 20, nonce: 200)

  init() throws { secret = try SharedSecret("sixteen bytes ok") }

  private static func hello(node: UInt64, boot: UInt64, nonce: UInt64) -> Hello {
    Hello(
      identity: PeerIdentity(node: node, boot: boot), unixMicroseconds: 5, highestStamp: Stamp(rawValue: 6),
      received: ReceivedProgress(PeerName(PeerIdentity(node: 6, boot: 7)), through: Stamp(rawValue: 8)),
      nonce: Nonce(high: nonce, low: nonce + 1))
  }

  @Test("what this version does not know is a part of it: a bit of a feature, of a flag, of a field, and it is another")
  func unknownParts() throws {
    let given = proof(by: .connector, connector, acceptor)
    let payload = WireSamples.bytes { acceptor.encodePayload(into: &$0) }
    let fieldsAt = payload.count - 32 - 2
    var feature = payload
    feature[4] ^= 0x80
    var flag = payload
    flag[fieldsAt - 17] ^= 0x80
    let field = payload.prefix(fieldsAt) + [0, 3, 200, 1, 7] + payload.suffix(32)
    for bytes in [feature, flag, Array(field)] {
      let changed = try #require(WireSamples.readHello(bytes))
      #expect(WireSamples.bytes { changed.encodePayload(into: &$0) } == bytes)
      #expect(proof(by: .connector, connector, changed) != given)
    }
  }

  private func proof(by prover: Prover, _ connector: Hello, _ acceptor: Hello) -> Proof {
    secret.proof(by: prover, connector: connector, acceptor: acceptor)
  }

  @Test("both sides make the same proof of the same hellos, whatever proof stands in those")
  func agree() throws {
    let other = try SharedSecret("sixteen bytes ok")
    var answered = acceptor
    answered.proof = proof(by: .acceptor, connector, acceptor)
    #expect(other.proof(by: .acceptor, connector: connector, acceptor: answered) == answered.proof)
    #expect(answered.proof != .none)
  }

  @Test("a proof sent back is none: neither as the other side's, nor with the hellos in each other's place")
  func reflection() {
    let given = proof(by: .acceptor, connector, acceptor)
    #expect(proof(by: .connector, connector, acceptor) != given)
    #expect(proof(by: .connector, acceptor, connector) != given)
    #expect(proof(by: .acceptor, acceptor, connector) != given)
  }

  @Test("a proof played back against another nonce of either side is none")
  func replay() {
    let given = proof(by: .connector, connector, acceptor)
    #expect(proof(by: .connector, connector, Self.hello(node: 2, boot: 20, nonce: 201)) != given)
    #expect(proof(by: .connector, Self.hello(node: 1, boot: 10, nonce: 101), acceptor) != given)
  }

  @Test("a proof is for these very words: another bit anywhere in either hello, and it is none")
  func tampering() throws {
    let given = proof(by: .connector, connector, acceptor)
    for index in 0...1 {
      let payload = WireSamples.bytes { [connector, acceptor][index].encodePayload(into: &$0) }
      for bit in 0..<(payload.count - 32) * 8 {
        var bytes = payload
        bytes[bit / 8] ^= 1 << UInt8(bit % 8)
        guard let changed = Hello(payload: bytes.span, 0..<bytes.count) else { continue }
        let hellos = index == 0 ? (changed, acceptor) : (connector, changed)
        #expect(proof(by: .connector, hellos.0, hellos.1) != given, "bit \(bit)")
      }
    }
  }

  @Test("another secret makes another proof")
  func otherSecret() throws {
    let other = try SharedSecret("sixteen bytes ok!")
    #expect(
      other.proof(by: .acceptor, connector: connector, acceptor: acceptor) != proof(by: .acceptor, connector, acceptor))
  }

  @Test(
    "an empty or a short one is refused",
    arguments: [("", SharedSecretError.empty), ("x", .short), ("fifteen bytes..", .short)])
  func tooShort(text: String, expected: SharedSecretError) {
    #expect(throws: expected) { try SharedSecret(text) }
  }

  @Test("a proof keeps all its bytes on the way over the wire")
  func proofRoundTrip() {
    let given = proof(by: .acceptor, connector, acceptor)
    let bytes = WireSamples.bytes { FrameEncoder.confirm(given, into: &$0) }
    guard case .frame(.confirm(let read), _) = FrameDecoder.decode(bytes.span) else {
      Issue.record("no confirm")
      return
    }
    #expect(read == given && read.words[0] == given.words[0] && read.words[3] == given.words[3])
  }
}

extension SharedSecret {
  init(_ text: String) throws(SharedSecretError) {
    let bytes = [UInt8](text.utf8)
    try self.init(SecretBytes(copying: bytes.span))
  }
}
