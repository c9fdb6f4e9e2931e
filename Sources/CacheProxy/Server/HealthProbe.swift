import Platform

/// One conversation with a server: keys are deleted there, and it says its version when that is done.
///
/// Those of `HealthChecker.cleanings` have a server that lives delete the keys that it has had in place of an ejected one.
final class HealthProbe {
  private var exchange: Exchange?
  let missed: MissedWrites
  /// Nanoseconds of the monotonic clock: until then one that has something to delete is left alone.
  let deadline = SystemClock.monotonicNanoseconds() + 10_000_000_000
  private var isDone = false

  /// - Parameter tell: called once, whether it has answered.
  init(
    to number: Int, _ pool: BackendPool, deleting missed: MissedWrites, loop: AcceptingLoop,
    _ tell: @escaping (Bool) -> Void
  ) {
    self.missed = missed
    exchange = Exchange(with: number, pool, Self.commands(missed), until: "\n", loop) { [unowned self] answer in
      isDone = true
      tell(answer?.hasPrefix("VERSION ") == true)
    }
  }

  var isUnderWay: Bool { exchange?.isUnderWay == true }
  /// It has something to delete, which may take a while.
  var isBusy: Bool { !missed.isEmpty }
  /// For one that nobody waits for.
  var isOver: Bool { isDone || !isUnderWay || SystemClock.monotonicNanoseconds() > deadline }

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
}
