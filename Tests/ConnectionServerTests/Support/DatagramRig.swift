import Platform
import SystemPackage

@testable import ConnectionServer

/// The echo protocol over datagrams: a worker that is turned by the test, and clients on the loopback interface.
final class DatagramRig {
  let echo: EchoRig
  let port: UInt16
  private let server: SocketAddress

  init(replyLimit: Int = 16) throws {
    echo = try EchoRig(datagramReplyLimit: replyLimit)
    let socket = try Socket.bindDatagrams(to: .loopback4(port: 0))
    server = try Socket.localAddress(socket)
    port = server.port
    echo.worker.mailbox.post(.datagrams(socket, port: port))
    echo.turn()
  }

  func client(from address: SocketAddress = .loopback4(port: 0)) throws -> DatagramPeer {
    DatagramPeer(try Socket.bindDatagrams(to: address), to: server, echo)
  }
}

/// Who sends datagrams to a worker. What comes back is `number/total: body`.
final class DatagramPeer {
  private let socket: FileDescriptor
  private let server: SocketAddress
  private let rig: EchoRig

  init(_ socket: FileDescriptor, to server: SocketAddress, _ rig: EchoRig) {
    self.socket = socket
    self.server = server
    self.rig = rig
  }

  deinit { Socket.close(socket) }

  func send(_ body: String, request: UInt16 = 0x1234, number: UInt16 = 0, total: UInt16 = 1) {
    let frame = DatagramFrame(request: request, number: number, total: total).bytes
    send(raw: (0..<8).map { frame[$0] } + Array(body.utf8))
  }

  func send(raw bytes: [UInt8]) { _ = Socket.send(socket, bytes.span, to: server) }

  /// One datagram, if one has come.
  func receive() -> (frame: DatagramFrame, bytes: [UInt8])? {
    var buffer = ByteBuffer(capacity: 65_536)
    guard case .datagram = buffer.receiveDatagram(from: socket), let frame = DatagramFrame(buffer.bytes) else {
      return nil
    }
    return (frame, (0..<buffer.count).map { buffer.bytes[$0] })
  }

  func answers() -> [String] {
    rig.turn()
    var answers: [String] = []
    while let (frame, bytes) = receive() {
      answers.append("\(frame.number)/\(frame.total): " + String(decoding: bytes.dropFirst(8), as: UTF8.self))
    }
    return answers
  }

  func ask(_ body: String, request: UInt16 = 0x1234, number: UInt16 = 0, total: UInt16 = 1) -> [String] {
    send(body, request: request, number: number, total: total)
    return answers()
  }
}
