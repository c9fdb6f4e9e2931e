import EventLoop
import Platform
import SystemPackage
import Transport

/// One conversation with a backend that is dead: keys are deleted there, and it says its version when that is done.
final class Visit {
  private var watch: StreamWatch?
  private var output: ByteBuffer
  private var answer = ByteBuffer(capacity: 4096)
  private let tell: (Bool) -> Void
  private var isConnected = false
  let missed: MissedWrites
  /// Nanoseconds of the monotonic clock: until then one that has something to delete is left alone.
  let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000

  /// - Parameter tell: called once, whether it has answered.
  init(
    to address: SocketAddress, deleting missed: MissedWrites, loop: EventLoop, _ tell: @escaping (Bool) -> Void
  ) {
    self.tell = tell
    self.missed = missed
    output = Self.commands(missed)
    guard let socket = try? Socket.connect(to: address) else { return }
    watch = try? StreamWatch(loop: loop, socket: socket) { [unowned self] in ready($0) }
    if watch == nil { Socket.close(socket) }
    watch?.want(.writable)
  }

  var isUnderWay: Bool { watch != nil }
  /// It has something to delete, which may take a while.
  var isBusy: Bool { !missed.isEmpty }

  deinit {
    guard let socket = watch?.socket else { return }
    watch = nil
    Socket.close(socket)
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

  private func ready(_ readiness: Readiness) {
    guard let watch else { return }
    if !isConnected {
      if Socket.pendingError(watch.socket) != nil { return tell(false) }
      isConnected = true
    }
    if !output.isEmpty {
      if case .failed = output.send(to: watch.socket) { return tell(false) }
      watch.want(output.isEmpty ? .readable : .writable)
      return
    }
    guard answer.space > 0, case .bytes = answer.receive(from: watch.socket) else { return tell(false) }
    if answer.bytes[answer.count - 1] == 0x0a { tell(answer.text.hasPrefix("VERSION ")) }
  }
}
