import Foundation
import Synchronization

/// Listens where a peer is expected, answers each connection with the same bytes and notes what it was told on it until the
/// other side closed.
final class Impostor: Sendable {
  private let isOver = Flag()
  private let notes = Notes()
  private let thread: Background<Bool>

  init(port: UInt16, answer: [UInt8]) throws {
    let listener = try Kernel.listen(on: .local(port))
    let (notes, isOver) = (notes, isOver)
    thread = .start {
      while !isOver.isSet {
        guard Kernel.poll([(listener, .readable)], milliseconds: 20)[0].contains(.readable),
          let socket = Kernel.accept(listener)
        else { continue }
        notes.add(Self.serve(socket, answer, until: isOver))
      }
      Kernel.close(listener)
      return true
    }
  }

  deinit { isOver.set() }

  var greetings: [String] { notes.all }

  /// Returns when the port is free.
  func end() {
    isOver.set()
    _ = try? thread.value()
  }

  private final class Notes: Sendable {
    private let lines = Mutex<[String]>([])

    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  private static func serve(_ socket: Int32, _ answer: [UInt8], until isOver: Flag) -> String {
    defer { Kernel.close(socket) }
    _ = Kernel.send(answer[...], to: socket)
    var heard: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while !isOver.isSet {
      _ = Kernel.poll([(socket, .readable)], milliseconds: 20)
      switch Kernel.receive(from: socket, into: &chunk) {
      case .bytes(let count): heard += chunk.prefix(count)
      case .wouldBlock: continue
      case .closed, .failed: return String(decoding: heard, as: UTF8.self)
      }
    }
    return String(decoding: heard, as: UTF8.self)
  }
}
