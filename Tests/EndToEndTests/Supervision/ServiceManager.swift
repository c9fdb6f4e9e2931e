import Platform
import SystemPackage
import TestSupport

/// A service manager, as far as a daemon sees one: the socket of NOTIFY_SOCKET, and what has come to it.
final class ServiceManager {
  let path: String
  private let socket: FileDescriptor
  private(set) var datagrams: [String] = []

  init(in folder: TemporaryDirectory) throws {
    path = folder.file("notify")
    socket = try Socket.bindDatagrams(to: .unix(path: path))
  }

  deinit { Socket.close(socket) }

  /// Runs `"$0" "$@"` as this manager's, with more variables before it.
  func shell(_ variables: String = "") -> String { "NOTIFY_SOCKET=\(path) \(variables) exec \"$0\" \"$@\"" }

  var lines: [String] {
    var buffer = ByteBuffer(capacity: 4096)
    while case .datagram = buffer.receiveDatagram(from: socket) {
      datagrams.append(buffer.text)
      buffer.consume(buffer.count)
    }
    return datagrams.flatMap { $0.split(separator: "\n").map(String.init) }
  }

  func isTold(_ line: String, times: Int = 1) -> Bool {
    eventually { lines.count { $0 == line } >= times }
  }

  func isTold(where matches: (String) -> Bool) -> Bool {
    eventually { lines.contains(where: matches) }
  }
}
