import Foundation
import ItemStore
import Platform
import TestSupport
import Testing

@testable import Replication

@Suite("The secrets of the pair")
struct PairSecretsTests {
  private static let (one, two) = ("sixteen bytes ok", "sixteen bytes too")
  private let connector = hello(node: 1)
  private let acceptor = hello(node: 2)
  private let directory = TemporaryDirectory()

  private static func hello(node: UInt64) -> Hello {
    Hello(
      identity: PeerIdentity(node: node, boot: node), unixMicroseconds: 5, nonce: Nonce(high: node, low: node))
  }

  private func proof(_ secret: String) throws -> Proof {
    try SharedSecret(secret).proof(by: .acceptor, connector: connector, acceptor: acceptor)
  }

  private func proof(_ secrets: [SharedSecret]) -> [Proof] {
    secrets.map { $0.proof(by: .acceptor, connector: connector, acceptor: acceptor) }
  }

  private func accepts(_ secrets: PairSecrets, _ secret: String) throws -> Bool {
    try secrets.secret(of: proof(secret), by: .acceptor, connector: connector, acceptor: acceptor) != nil
  }

  private func spoken(_ secrets: PairSecrets) -> Proof? { proof([secrets.spoken].compactMap { $0 }).first }

  @Test("are the lines of their file, in its order, whether the last one has an end or not, as \\n or \\r\\n")
  func lines() throws {
    let expected = try [proof(Self.one), proof(Self.two)]
    for text in ["\(Self.one)\n\(Self.two)", "\(Self.one)\n\(Self.two)\n", "\(Self.one)\r\n\(Self.two)\r\n"] {
      #expect(try proof(PairSecrets.read([UInt8](text.utf8).span)) == expected)
    }
    for text in [Self.one, Self.one + "\n", Self.one + "\r\n"] {
      #expect(try proof(PairSecrets.read([UInt8](text.utf8).span)) == [expected[0]])
    }
    #expect(try proof(PairSecrets.read([UInt8]("\(Self.one) ".utf8).span)) != [expected[0]], "a blank is a part of it")
  }

  @Test(
    "are none where a line is empty or short, or where they are too many",
    arguments: [
      ("", SharedSecretError.empty), ("\n", .empty), ("\r\n", .empty), ("short", .short), ("short\n", .short),
      ("\(one)\n\n", .line(2)), ("\(one)\nshort", .line(2)), ("short\n\(one)", .line(1)),
      (String(repeating: "\(one)\n", count: 9), .tooMany),
    ])
  func unusable(text: String, expected: SharedSecretError) {
    #expect(throws: expected) { _ = try PairSecrets.read([UInt8](text.utf8).span) }
  }

  @Test("The first is spoken, and each is accepted, but no other") func accepted() throws {
    let secrets = PairSecrets(try [SharedSecret(Self.one), SharedSecret(Self.two)])
    #expect(try spoken(secrets) == proof(Self.one))
    #expect(try accepts(secrets, Self.one) && accepts(secrets, Self.two))
    #expect(try !accepts(secrets, "sixteen bytes or more"))
    #expect(PairSecrets().spoken == nil)
  }

  @Test("Where the first is refused the next is spoken, in turn, and of one that one") func next() throws {
    let secrets = PairSecrets(try [SharedSecret(Self.one), SharedSecret(Self.two)])
    secrets.speakNext()
    #expect(try spoken(secrets) == proof(Self.two))
    secrets.speakNext()
    #expect(try spoken(secrets) == proof(Self.one))
    let single = PairSecrets([try SharedSecret(Self.one)])
    single.speakNext()
    #expect(try spoken(single) == proof(Self.one))
  }

  @Test("Read anew they are others, and a file that cannot be used changes nothing") func load() throws {
    let path = directory.file("secrets")
    func write(_ text: String) throws {
      let made = FileManager.default.createFile(
        atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
      try #require(made)
    }
    let secrets = PairSecrets()
    try write(Self.one + "\n")
    #expect(try secrets.load(path) == 1 && spoken(secrets) == proof(Self.one))
    try write("\(Self.two)\n\(Self.one)\n")
    #expect(try secrets.load(path) == 2 && spoken(secrets) == proof(Self.two))
    try write("short")
    #expect(throws: SharedSecretError.short) { _ = try secrets.load(path) }
    #expect(throws: SharedSecretError.file(.unreadable(.noSuchFileOrDirectory))) { _ = try secrets.load(path + "x") }
    #expect(try spoken(secrets) == proof(Self.two) && accepts(secrets, Self.one))
  }
}
