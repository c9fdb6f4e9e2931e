/// A client over UDP, with memcached's frame. A request that is not answered is known by the next one that is: datagrams of
/// one client to one daemon on one host keep their order, as long as one thread of it serves them (`-t 1`).
final class DatagramClient {
  /// The answers to one request, each of one or more datagrams: their bodies, put together.
  struct Message: Equatable {
    let request: UInt16
    let total: Int
    var body: [UInt8]
    var text: String { String(decoding: body, as: UTF8.self) }
  }

  private let socket: Int32
  private var nextRequest: UInt16 = 1
  private var chunk = [UInt8](repeating: 0, count: 65_536)

  init(to port: UInt16, host: String = "127.0.0.1") throws {
    socket = try Kernel.connect(to: .tcp(host: host, port: port), receiveBuffer: 4 << 20, isDatagram: true)
  }

  deinit { Kernel.close(socket) }

  func send(raw bytes: [UInt8]) { _ = Kernel.send(bytes[...], to: socket) }

  /// Returns the number that its answers bear.
  @discardableResult func send(_ body: [UInt8], number: UInt16 = 0, total: UInt16 = 1, reserved: UInt16 = 0) -> UInt16 {
    let request = nextRequest
    nextRequest &+= 1
    send(raw: [request, number, total, reserved].flatMap { [UInt8($0 >> 8), UInt8($0 & 0xff)] } + body)
    return request
  }

  /// All messages that come before the answer to a `version` asked behind it.
  func ask(_ body: String, number: UInt16 = 0, total: UInt16 = 1, reserved: UInt16 = 0) throws -> [String] {
    send(Array(body.utf8), number: number, total: total, reserved: reserved)
    return try answers()
  }

  func ask(raw bytes: [UInt8]) throws -> [String] {
    send(raw: bytes)
    return try answers()
  }

  /// Whether nobody takes datagrams there: the kernel says so by an error, or no answer comes.
  func isRefused(_ body: String) throws -> Bool {
    send(Array(body.utf8))
    let deadline = Deadline.within(.seconds(2))
    while !deadline.hasPassed {
      switch Kernel.receive(from: socket, into: &chunk) {
      case .bytes: return false
      case .closed, .failed: return true
      case .wouldBlock: _ = Kernel.poll([(socket, .readable)], milliseconds: deadline.millisecondsLeft)
      }
    }
    return true
  }

  private func answers() throws -> [String] {
    let last = send(Array("version\r\n".utf8))
    var texts: [String] = []
    while true {
      let message = try receive()
      if message.request == last { return texts }
      // memcached says an empty message where there is nothing to say.
      if message.total > 0 { texts.append(message.text) }
    }
  }

  /// The next whole message. Its datagrams must come in order: nothing between here and there changes it.
  func receive() throws -> Message {
    var message = try receiveDatagram().message
    var expected = 1
    while expected < message.total {
      let (number, next) = try receiveDatagram()
      guard number == expected, next.request == message.request, next.total == message.total else {
        throw RigError("datagram \(number) of \(next) came where \(expected) of \(message.total) should")
      }
      message.body += next.body
      expected += 1
    }
    return message
  }

  private func receiveDatagram() throws -> (number: Int, message: Message) {
    let deadline = Deadline.generous
    while true {
      let received = Kernel.receive(from: socket, into: &chunk)
      if case .failed = received { throw RigError("nobody takes datagrams there") }
      if case .bytes(let count) = received, count >= 8 {
        func word(_ offset: Int) -> UInt16 { UInt16(chunk[offset]) << 8 | UInt16(chunk[offset + 1]) }
        guard count <= 1400, word(6) == 0 else { throw RigError("a datagram of \(count) bytes, reserved \(word(6))") }
        return (Int(word(2)), Message(request: word(0), total: Int(word(4)), body: Array(chunk[8..<count])))
      }
      if deadline.hasPassed { throw RigError("no datagram in time") }
      _ = Kernel.poll([(socket, .readable)], milliseconds: min(1_000, deadline.millisecondsLeft))
    }
  }
}
