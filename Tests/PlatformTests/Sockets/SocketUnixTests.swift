import Glibc
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A unix socket's file")
struct SocketUnixTests {
  let directory: TemporaryDirectory
  let path: String
  var address: SocketAddress { .unix(path: path) }

  init() throws {
    directory = TemporaryDirectory()
    path = directory.file("socket")
  }

  @Test("has the mode that was asked for, whatever the umask", arguments: [0o700, 0o777, 0o600])
  func mask(asked: UInt32) throws {
    let socket = try Socket.bindUnix(to: address, mode: asked)
    #expect(mode(of: path) == mode_t(asked))
    try Socket.listen(socket, backlog: 4)
    let client = try Socket.connect(to: address)
    guard case .connection(let server, let from) = Socket.accept(socket) else {
      Issue.record("nothing accepted")
      return
    }
    #expect(from.isUnix)
    for socket in [client, server, socket] { Socket.close(socket) }
    Socket.removeFile(path)
    #expect(mode(of: path) == nil)
  }

  @Test("that nobody listens on is replaced")
  func stale() throws {
    Socket.close(try Socket.bindUnix(to: address, mode: 0o700))
    #expect(mode(of: path) != nil)
    let socket = try Socket.bindUnix(to: address, mode: 0o700)
    Socket.close(socket)
  }

  @Test("of a living listener stays: the address is in use")
  func living() throws {
    let socket = try Socket.bindUnix(to: address, mode: 0o700)
    try Socket.listen(socket, backlog: 1)
    #expect(throws: Errno.addressInUse) { try Socket.bindUnix(to: address, mode: 0o700) }
    let client = try Socket.connect(to: address)
    Socket.close(client)
    Socket.close(socket)
  }

  @Test("is never made over a file of another kind, nor is that removed")
  func otherKind() throws {
    try writeFile(path, "precious")
    #expect(throws: Errno.addressInUse) { try Socket.bindUnix(to: address, mode: 0o700) }
    Socket.removeFile(path)
    #expect(mode(of: path) != nil)
  }

  @Test("belongs to the account that it was given to", .enabled(if: Privileges.isRoot, "only root gives files away"))
  func given() throws {
    let account = try UserAccount(named: "nobody")
    let socket = try Socket.bindUnix(to: address, mode: 0o700)
    try Socket.giveFile(path, to: account)
    #expect(owner(of: path) == account.userID)
    #expect(mode(of: path) == 0o700)
    Socket.close(socket)
  }

  @Test("is all that is given away: not what the account put in its place", arguments: ["file", "link"])
  func othersFile(kind: String) throws {
    let precious = directory.file("precious")
    try writeFile(precious, "precious")
    if kind == "link" { #expect(unsafe symlink(precious, path) == 0) } else { try writeFile(path, "other") }
    #expect(throws: Errno.notSocket) { try Socket.giveFile(path, to: UserAccount(named: "nobody")) }
    #expect(owner(of: precious) == getuid() && owner(of: path) == getuid())
  }

  @Test("needs a path that fits")
  func tooLong() {
    let long = SocketAddress.unix(path: "/tmp/" + String(repeating: "x", count: 120))
    #expect(throws: Errno.fileNameTooLong) { try Socket.bindUnix(to: long, mode: 0o700) }
    #expect(throws: Errno.invalidArgument) { try Socket.bindUnix(to: .unix(path: ""), mode: 0o700) }
  }
}
