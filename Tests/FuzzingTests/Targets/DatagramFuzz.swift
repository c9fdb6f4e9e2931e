import ConnectionServer
import EventLoop
import Platform
import SystemPackage

@testable import CacheServer
@testable import ItemStore

/// Datagrams of a client, to a worker of a fresh daemon: each stands behind the two bytes of its length. What is answered is
/// bounded, whatever comes, and the store is whole in the end.
enum DatagramFuzz {
  static func run(_ input: [UInt8]) -> String? {
    do {
      let daemon = try FuzzedDatagrams()
      var rest = input[...]
      var sent = 0
      while rest.count > 2, sent < 64 {
        let count = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        let answers = daemon.ask(Array(rest.dropFirst(2).prefix(count)))
        // 16 datagrams of 1,400 bytes, unless it is answered in between by what was asked before.
        if answers.count > 17 || answers.contains(where: { $0 > 1_400 }) { return "answered by \(answers) bytes" }
        rest = rest.dropFirst(2 + count)
        sent += 1
      }
      return daemon.end()
    } catch {
      return "\(error)"
    }
  }
}

/// A worker without a thread that serves datagrams, and one client of it.
final class FuzzedDatagrams {
  private let context: ServerContext
  private let worker: WorkerThread
  private let client: FileDescriptor
  private let server: SocketAddress

  init() throws {
    context = try ServerContext(settings: .fuzzed) { _ in }
    worker = try CacheSession.makeWorker(context: context, journal: nil).thread
    let socket = try Socket.bindDatagrams(to: .loopback4(port: 0))
    server = try Socket.localAddress(socket)
    client = try Socket.bindDatagrams(to: .loopback4(port: 0))
    worker.mailbox.post(.datagrams(socket, port: server.port))
    worker.loop.runOnce()
  }

  /// The bytes of each datagram that came back.
  func ask(_ datagram: [UInt8]) -> [Int] {
    _ = Socket.send(client, datagram.span, to: server)
    for _ in 0..<2 { worker.loop.runOnce() }
    var sizes: [Int] = []
    while true {
      var buffer = ByteBuffer(capacity: 65_536)
      guard case .datagram = buffer.receiveDatagram(from: client) else { return sizes }
      sizes.append(buffer.count)
    }
  }

  func end() -> String? {
    Socket.close(client)
    context.end(worker)
    return context.store.fault
  }
}

extension Grammar {
  /// What a datagram holds is a frame of UDP and one request, of text or binary.
  static let udp: Grammar = {
    let requests = text.samples.prefix(20) + meta.samples.prefix(12) + binary.samples.prefix(20)
    let heads: [[UInt8]] = [[0, 7, 0, 0, 0, 1, 0, 0], [0, 8, 0, 0, 0, 2, 0, 0], [0, 9, 0, 1, 0, 1, 0, 0]]
    let datagrams = requests.enumerated().map { number, request in
      heads[number % 8 == 7 ? 1 : number % 8 == 6 ? 2 : 0] + request.prefix(1_000)
    }
    return Grammar(
      samples: datagrams.map { [UInt8($0.count >> 8), UInt8($0.count & 255)] + $0 },
      end: { rest in
        guard rest.count > 2 else { return rest.endIndex }
        let count = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
        return min(rest.startIndex + 2 + count, rest.endIndex)
      },
      vary: { command, random in
        var bytes = command
        guard let place = bytes.indices.randomElement(using: &random) else { return bytes }
        bytes[place] = UInt8.random(in: 0 ... .max, using: &random)
        return bytes
      })
  }()
}
