import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("The socket of NOTIFY_SOCKET")
struct NotifySocketTests {
  /// What has come to a socket bound to `place`, after `body` has sent.
  private func received(at address: SocketAddress, _ body: () throws -> Void) throws -> [String] {
    let manager = try Socket.bindDatagrams(to: address)
    defer { Socket.close(manager) }
    try body()
    var texts: [String] = []
    var buffer = ByteBuffer(capacity: 1000)
    while case .datagram = buffer.receiveDatagram(from: manager) {
      texts.append(buffer.text)
      buffer.consume(buffer.count)
    }
    return texts
  }

  @Test("A path gets the lines as one datagram") func path() throws {
    let directory = TemporaryDirectory()
    let place = directory.file("notify")
    let socket = try NotifySocket(place)
    let texts = try received(at: .unix(path: place)) {
      #expect(socket.send(["READY=1", "STATUS=Serving"]) == .bytes(22))
    }
    #expect(texts == ["READY=1\nSTATUS=Serving"])
  }

  @Test("So does a name of the abstract namespace, which ends where it ends") func abstractName() throws {
    let name = "repcached-notify-\(ProcessIdentity.pid)"
    let socket = try NotifySocket("@" + name)
    let texts = try received(at: .unix(path: "\0" + name)) { #expect(socket.send(["READY=1"]) == .bytes(7)) }
    #expect(texts == ["READY=1"])
  }

  @Test("A manager that is not there, or comes back, is no fault of the sender's") func comesBack() throws {
    let directory = TemporaryDirectory()
    let place = directory.file("notify")
    let socket = try NotifySocket(place)
    #expect(socket.send(["READY=1"]) == .failed(.noSuchFileOrDirectory))
    #expect(try received(at: .unix(path: place)) { _ = socket.send(["A=1"]) } == ["A=1"])
    #expect(socket.send(["READY=1"]) == .failed(.connectionRefused))
  }

  @Test("A manager that reads nothing is not waited for") func fullQueue() throws {
    let directory = TemporaryDirectory()
    let place = directory.file("notify")
    let manager = try Socket.bindDatagrams(to: .unix(path: place))
    defer { Socket.close(manager) }
    let socket = try NotifySocket(place)
    var last = Sent.bytes(0)
    for _ in 0..<100_000 where last != .wouldBlock { last = socket.send(["WATCHDOG=1"]) }
    #expect(last == .wouldBlock)
  }

  @Test("What is neither a path nor such a name is refused", arguments: ["", "notify", "@", "/", "vsock:2:1234"])
  func refused(place: String) {
    #expect(throws: Errno.addressFamilyNotSupported) { try NotifySocket(place) }
  }

  @Test("A path that the kernel would cut is refused") func tooLong() {
    #expect(throws: Errno.fileNameTooLong) { try NotifySocket("/" + String(repeating: "x", count: 107)) }
  }
}
