import Foundation
import Synchronization

/// Listens where a server is expected, and answers whatever it is told with what a test wants: a server that is broken.
final class FalseServer: Sendable {
  let port: UInt16
  private let isOver = Flag()
  private let thread: Background<Bool>

  /// - Parameter answer: to what has come in one piece; nil: the connection is closed.
  init(port: UInt16? = nil, _ answer: @escaping @Sendable (String) -> String?) throws {
    self.port = try port ?? FreePorts.next()
    let listener = try Kernel.listen(on: .local(self.port))
    let isOver = isOver
    thread = .start {
      var sockets: [Int32] = []
      while !isOver.isSet {
        let watched = [listener] + sockets
        let ready = Kernel.poll(watched.map { ($0, .readable) }, milliseconds: 20)
        for (socket, state) in zip(watched, ready) where state.contains(.readable) {
          if socket == listener {
            if let client = Kernel.accept(listener) { sockets.append(client) }
          } else if !Self.serve(socket, answer) {
            Kernel.close(socket)
            sockets.removeAll { $0 == socket }
          }
        }
      }
      for socket in sockets + [listener] { Kernel.close(socket) }
      return true
    }
  }

  private static func serve(_ socket: Int32, _ answer: (String) -> String?) -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    guard case .bytes(let count) = Kernel.receive(from: socket, into: &chunk),
      let text = answer(String(decoding: chunk.prefix(count), as: UTF8.self))
    else { return false }
    var rest = Array(text.utf8)[...]
    let deadline = Deadline.within(.seconds(2))
    while !rest.isEmpty, !deadline.hasPassed {
      switch Kernel.send(rest, to: socket) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock: _ = Kernel.poll([(socket, .writable)], milliseconds: 20)
      case .closed, .failed: return false
      }
    }
    return true
  }

  deinit { isOver.set() }

  /// Returns when the port is free.
  func end() {
    isOver.set()
    _ = try? thread.value()
  }
}
