import EventLoop
import Platform
import SystemPackage
import Transport

/// One conversation with a server: keys are deleted there, and it says its version when that is done.
final class Visit {
  private var connection: ServerConnection?
  private var output: ByteBuffer
  private var answer = ByteBuffer(capacity: 4096)
  private let whenOver: (Bool) -> Void
  let missed: MissedWrites
  /// Nanoseconds of the monotonic clock: until then one that has something to delete is left alone.
  let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
  private var isDone = false

  /// - Parameter tell: called once, whether it has answered.
  init(
    to number: Int, _ fleet: Fleet, deleting missed: MissedWrites, loop: CareLoop, _ tell: @escaping (Bool) -> Void
  ) {
    whenOver = tell
    self.missed = missed
    output = Self.commands(missed)
    connection = ServerConnection(to: number, fleet, loop: loop) { [unowned self] in take($0) }
  }

  var isUnderWay: Bool { connection != nil }
  /// It has something to delete, which may take a while.
  var isBusy: Bool { !missed.isEmpty }
  /// For one that nobody waits for.
  var isOver: Bool { isDone || connection == nil || SystemClock.monotonicNanoseconds() > deadline }

  private func tell(_ hasAnswered: Bool) {
    isDone = true
    whenOver(hasAnswered)
  }

  private static func commands(_ missed: MissedWrites) -> ByteBuffer {
    let count = missed.keys.reduce(64) { $0 + $1.count + 20 }
    var output = ByteBuffer(capacity: count)
    if missed.isAll { output.append("flush_all noreply\r\n") }
    for key in missed.keys {
      output.append("delete ")
      output.append(key.span)
      output.append(" noreply\r\n")
    }
    output.append("version\r\n")
    return output
  }

  private func take(_ event: ServerConnection.Event) {
    if isDone { return }
    guard case .ready = event, let connection, let transport = connection.transport else { return tell(false) }
    if !output.isEmpty {
      if case .failed = transport.send(&output) { return tell(false) }
      return connection.want(output.isEmpty ? .readable : .writable)
    }
    guard answer.space > 0 else { return tell(false) }
    switch transport.receive(into: &answer) {
    case .bytes: if answer.bytes[answer.count - 1] == 0x0a { tell(answer.text.hasPrefix("VERSION ")) }
    case .wouldBlock: break
    case .closed, .failed: tell(false)
    }
  }
}
