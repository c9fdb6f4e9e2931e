import Platform
import SystemPackage
import TestSupport
import Testing
import Transport

@testable import CacheProxy

struct ServerLoginTests {
  private let directory = TemporaryDirectory()
  private let near: FileDescriptor
  private let far: FileDescriptor

  init() throws { (near, far) = try Socket.pair(isBlocking: false) }

  private func login(_ text: String = "foo:b:r\n") throws -> ServerLogin {
    try ServerLogin(try directory.write(text, to: "login"))
  }

  private func said() -> String {
    var buffer = ByteBuffer(capacity: 4096)
    _ = Transport.plain(far).receive(into: &buffer)
    return buffer.text
  }

  private func answer(_ text: String) { _ = Transport.plain(far).send(Array(text.utf8).span) }

  @Test(arguments: ["", "\n", "foo\n", ":bar\n", "foo:\n", "\nfoo:bar\n"])
  func `a file without user and password in its first line is none`(text: String) {
    #expect(throws: ProxyError.self) { try login(text) }
  }

  @Test func `a server that wants no login is told none`() throws {
    var greeting = ServerGreeting(try login(), isBinary: false)
    guard case .wantsRead = greeting.step(.plain(near)) else { throw Unexpected() }
    #expect(said() == "version\r\n")
    answer("VERSION 1")
    guard case .wantsRead = greeting.step(.plain(near)) else { throw Unexpected() }
    answer(".6\r\n")
    guard case .done = greeting.step(.plain(near)) else { throw Unexpected() }
    #expect(said() == "")
  }

  @Test func `who asks for it is told, and has to accept it`() throws {
    var greeting = ServerGreeting(try login(), isBinary: false)
    _ = greeting.step(.plain(near))
    _ = said()
    answer("CLIENT_ERROR unauthenticated\r\n")
    guard case .wantsRead = greeting.step(.plain(near)) else { throw Unexpected() }
    #expect(said() == "set login 0 0 7\r\nfoo b:r\r\n")
    answer("STORED\r\n")
    guard case .done = greeting.step(.plain(near)) else { throw Unexpected() }
  }

  @Test(arguments: ["CLIENT_ERROR authentication failure\r\n", "\r\n", "END\r\n", String(repeating: "x", count: 4096)])
  func `anything else ends it`(text: String) throws {
    var greeting = ServerGreeting(try login(), isBinary: false)
    _ = greeting.step(.plain(near))
    answer("CLIENT_ERROR unauthenticated\r\n")
    _ = greeting.step(.plain(near))
    answer(text)
    guard case .failed = greeting.step(.plain(near)) else { throw Unexpected() }
  }

  @Test(arguments: [(0, true), (0x81, true), (0x20, false)] as [(UInt8, Bool)])
  func `in the binary protocol it is PLAIN, and a server without logins is no failure`(
    status: UInt8, isAccepted: Bool
  ) throws {
    var greeting = ServerGreeting(try login(), isBinary: true)
    _ = greeting.step(.plain(near))
    let frame = BinaryFrame(0x21, "PLAIN", value: Array("\0foo\0b:r".utf8))
    var buffer = ByteBuffer(capacity: 4096)
    _ = Transport.plain(far).receive(into: &buffer)
    let told = (0..<buffer.count).map { buffer.bytes[$0] }
    #expect(told == frame.bytes)
    let answer: [UInt8] = [0x81, 0x21, 0, 0, 0, 0, 0, status, 0, 0, 0, 1] + .init(repeating: 0, count: 12) + [0]
    _ = Transport.plain(far).send(answer.span)
    switch greeting.step(.plain(near)) {
    case .done: #expect(isAccepted)
    case .failed: #expect(!isAccepted)
    default: throw Unexpected()
    }
  }

  private struct Unexpected: Error {}
}
