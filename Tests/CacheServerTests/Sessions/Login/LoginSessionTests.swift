import Foundation
import TestSupport
import Testing

@testable import CacheServer

@Suite("The login of the text protocol, on a connection")
struct LoginSessionTests {
  private let directory = TemporaryDirectory()
  private let clock = TestClock()
  static let login = "set any 0 0 7\r\nfoo bar\r\n"
  static let wrong = "set any 0 0 7\r\nfoo bab\r\n"
  static let failure = "CLIENT_ERROR authentication failure\r\n"
  static let unauthenticated = "CLIENT_ERROR unauthenticated\r\n"

  private func rig(_ adjust: (inout Settings) -> Void = { _ in }) throws -> WorkerRig {
    try WorkerRig.withLogin(directory, clock, adjust)
  }

  @Test("Before it every command gets the same, and after it what it should; what comes behind it is served")
  func order() throws {
    let client = try rig().client()
    #expect(client.ask("get a\r\nstats\r\nmn \r\n") == "\(Self.unauthenticated)\(Self.unauthenticated)")
    let other = try rig().client()
    #expect(
      other.ask("get key\r\n\(Self.login)set a 0 0 1\r\nx\r\nget a\r\nmg a v\r\n")
        == "\(Self.unauthenticated)STORED\r\nSTORED\r\nVALUE a 0 1\r\nx\r\nEND\r\nVA 1\r\nx\r\n")
    #expect(other.ask(Self.login) == "STORED\r\n", "the second is a set")
    #expect(other.ask("get any\r\n") == "VALUE any 0 7\r\nfoo bar\r\nEND\r\n")
  }

  @Test("It may come byte by byte, or be cut anywhere, and then whatever stands behind it with the rest") func pieces()
    throws
  {
    let rig = try rig()
    let text = [UInt8](Self.login.utf8)
    let slow = try rig.client()
    for byte in text { #expect(slow.send([byte])) }
    #expect(slow.ask("get a\r\n") == "STORED\r\nEND\r\n")
    for cut in 1..<text.count {
      let client = try rig.client()
      #expect(client.send(Array(text[..<cut])))
      #expect(client.ask(String(decoding: text[cut...], as: UTF8.self) + "get a\r\n") == "STORED\r\nEND\r\n", "\(cut)")
    }
  }

  @Test("A line that is no login is not logged, for it may be a password") func unlogged() throws {
    let rig = try rig { $0.verbosity = 2 }
    let client = try rig.client()
    _ = client.ask("set a 0 0\r\nuser Sekr1t\r\nAUTH user Sekr1t\r\n")
    #expect(rig.log.all.contains { $0.hasSuffix(" a line of 13 bytes before the login") }, "\(rig.log.all)")
    #expect(!rig.log.all.contains { $0.contains("Sekr1t") })
    _ = client.ask(Self.login)
    #expect(rig.log.all.contains { $0.hasSuffix(" set any 0 0 7") } && !rig.log.all.contains { $0.contains("bar") })
  }

  @Test("A token that is none is said to be, and is no guess: the next one does not wait") func badTokens() throws {
    let rig = try rig()
    let client = try rig.client()
    #expect(client.ask("set a 0 0 2\r\nhi\r\n") == "CLIENT_ERROR bad authentication token format\r\n")
    #expect(client.ask("set a 0 0 7\r\nfoo barxx") == "CLIENT_ERROR bad command line termination\r\n")
    #expect(client.ask("set a 0 0 16385\r\n") == "CLIENT_ERROR auth token too long\r\n")
    #expect(rig.counters[.authCommands] == 0)
    #expect(client.ask(Self.login + "get a\r\n") == "STORED\r\nEND\r\n")
    #expect(rig.counters[.authCommands] == 1 && rig.counters[.authErrors] == 0)
    #expect(rig.counters.sum(.cmdSet) == 0 && rig.store.statistics.itemCount == 0)
  }

  @Test("A token of sixteen kilobytes is read, behind a line of forty") func largest() throws {
    let client = try rig().client()
    let blanks = String(repeating: " ", count: 40 << 10)
    let token = "foo " + String(repeating: "x", count: 16_380)
    #expect(client.ask("set a\(blanks)0 0 16384\r\n\(token)\r\n") == Self.failure)
  }

  @Test(
    "After a wrong one the next waits, the connection's own and another's; others of the worker are served meanwhile")
  func waiting() throws {
    let rig = try rig()
    let ready = try rig.client()
    #expect(ready.ask(Self.login) == "STORED\r\n")
    let (one, two) = (try rig.client(), try rig.client())
    #expect(one.ask(Self.wrong) == Self.failure)
    one.send("get key\r\n" + Self.login + "get a\r\n")
    two.send(Self.login)
    one.readAll()
    #expect(one.takeText() == Self.unauthenticated, "what was to be said before it waits for nothing")
    #expect(two.ask("get a\r\n") == "")
    #expect(ready.ask("get a\r\n") == "END\r\n")
    clock.advance(seconds: 1)
    #expect(
      eventually {
        one.readAll(); return one.received.count > 8
      })
    #expect(one.takeText() == "STORED\r\nEND\r\n")
    #expect(
      eventually {
        two.readAll(); return two.received.count > 8
      })
    #expect(two.takeText() == "STORED\r\nEND\r\n")
    #expect(rig.counters[.authCommands] == 4 && rig.counters[.authErrors] == 1)
  }

  @Test("Who goes away while he waits leaves nothing behind, nor does the worker's end") func gone() throws {
    let rig = try rig()
    let (one, two) = (try rig.client(), try rig.client())
    #expect(one.ask(Self.wrong) == Self.failure)
    one.send(Self.login)
    one.close()
    two.send(Self.login)
    clock.advance(seconds: 2)
    #expect(
      eventually {
        rig.pump(); return rig.context.connectionCount == 1
      })
    let three = try rig.client()
    three.send(Self.wrong)
    #expect(rig.endAndAudit() == [])
  }

  @Test("A reply that is not read keeps the connection from being read") func slowReader() throws {
    let rig = try rig()
    let client = try rig.client(sendBuffer: 1)
    let count = 100_000
    let taken = client.send(String(repeating: "get key\r\n", count: count))
    #expect(!taken)
    var answers = 0
    for _ in 0..<1000 where answers < 1000 {
      client.readAll()
      answers += client.takeText().split(separator: "\r\n").count
    }
    #expect(answers >= 1000)
  }

  @Test("-v tells where the first wrong one came from, and -vv what else is asked, but never the token") func log()
    throws
  {
    let rig = try rig { $0.verbosity = 2 }
    let client = try rig.client()
    _ = client.ask("get key\r\n" + Self.wrong)
    client.send(Self.login)
    clock.advance(seconds: 1)
    #expect(
      eventually {
        client.readAll(); return client.received.count > 0
      })
    let log = rig.log.all
    #expect(
      log.contains { $0.hasSuffix(" a line of 9 bytes before the login") }
        && log.contains { $0.hasSuffix(" set any 0 0 7") }, "\(log)")
    #expect(log.count { $0.hasPrefix("login: refused ") } == 1)
    #expect(!log.contains { $0.contains("foo") || $0.contains("bar") || $0.contains("bab") }, "\(log)")
  }
}

extension WorkerRig {
  /// Where `foo` has the password `bar`, and `user@realm` another.
  static func withLogin(
    _ directory: TemporaryDirectory, _ clock: TestClock, _ adjust: (inout Settings) -> Void = { _ in }
  ) throws -> WorkerRig {
    let path = directory.file("users")
    try Data("foo:bar\nuser@realm:pass word\n".utf8).write(to: URL(fileURLWithPath: path))
    let rig = try WorkerRig(clock: clock) {
      $0.authFile = path
      adjust(&$0)
    }
    _ = try rig.context.login?.load(path)
    return rig
  }
}
