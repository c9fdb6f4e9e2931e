import ConnectionServer
import Platform
import SystemPackage
import Transport

/// Commands of the text protocol that a worker executes for this process itself, as it does those of clients.
///
/// ```
///   InternalCommand ──socket pair──▶ a worker: TextSession, the store, the journal ──▶ the answer, read by `poll`
/// ```
///
/// So whoever looks after the server changes items in the one way that there is, and the peer learns of it. Nothing waits: the
/// answer is looked for with `poll`, which ends with what has come when the time is over. **Bounds.** An answer has 256 KB.
package final class InternalCommand {
  package enum Progress: Equatable {
    case underWay
    /// All of the answer, or what there was of it until it was too long, or too late.
    case ended([UInt8], isWhole: Bool)
  }

  private let socket: FileDescriptor
  private var unsent: [UInt8]
  private var answer: [UInt8] = []
  private let deadline: UInt64
  private var isClosed = false

  package static let maxAnswer = 256 << 10
  /// Behind each command; its answer ends the answers.
  private static let (mark, markAnswer) = ([UInt8]("mn\r\n".utf8), [UInt8]("MN\r\n".utf8))

  /// - Parameter request: whole lines, with their values.
  init(
    _ request: [UInt8], _ context: ServerContext, seconds: UInt64, adopt: (Transport) -> Void
  ) throws(Errno) {
    unsent = request + Self.mark
    let (socket, sent) = try context.connectInternally(unsent, adopt: adopt)
    self.socket = socket
    unsent.removeFirst(sent)
    deadline = SystemClock.monotonicNanoseconds() + seconds * 1_000_000_000
  }

  deinit { close() }

  /// As much as the socket takes.
  private func send() {
    guard !unsent.isEmpty, case .bytes(let count) = Socket.send(socket, unsent.span) else { return }
    unsent.removeFirst(count)
  }

  private func close() {
    if !isClosed { Socket.close(socket) }
    isClosed = true
  }

  /// Takes what has come. Once it has ended there is nothing more to ask.
  package func poll() -> Progress {
    if isClosed { return .ended(answer, isWhole: true) }
    send()
    while answer.count < Self.maxAnswer {
      var chunk = [UInt8](repeating: 0, count: 16 << 10)
      var target = chunk.mutableSpan
      switch Socket.receive(socket, into: &target) {
      case .bytes(let count): answer += chunk[..<count]
      case .closed, .failed: return end(isWhole: true)
      case .wouldBlock:
        if answer.suffix(4).elementsEqual(Self.markAnswer) {
          answer.removeLast(Self.markAnswer.count)
          return end(isWhole: true)
        }
        return SystemClock.monotonicNanoseconds() >= deadline ? end(isWhole: false) : .underWay
      }
    }
    return end(isWhole: false)
  }

  private func end(isWhole: Bool) -> Progress {
    close()
    return .ended(answer, isWhole: isWhole)
  }
}
