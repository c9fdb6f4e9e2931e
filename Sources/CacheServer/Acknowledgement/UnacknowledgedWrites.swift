import ItemStore
import Replication

/// Writes of a worker whose replies wait for the peer: which answer is whose, should the peer refuse what was written.
///
/// ```
///   writes   [ s17 "STORED" ][ s18 "STORED" ][ s21 "7" ][ s22 … ] …       one line of all connections, numbered on
///            └ of a connection that waits ──┘└ of the next ────┘        a connection knows its range
/// ```
///
/// A connection that waits is not served, so its writes stand side by side. They go from the front, when nobody waits any more
/// who has older ones.
struct UnacknowledgedWrites {
  struct Write {
    let stamp: Stamp
    /// Its answer, in the reply of the connection; empty where there is none that could be another.
    let answer: Range<Int>
    var form = AckGate.AnswerForm.line
    var condition = AckGate.Condition.none
  }

  private var writes: [Write] = []
  /// Number of the first of them, and how many at the front are done with.
  private var base: UInt64 = 0
  private var done = 0
  private var rejections: [UInt64: WriteOutcomes.Rejection] = [:]

  /// The number of the next.
  var end: UInt64 { base + UInt64(writes.count) }

  mutating func append(_ write: Write) { writes.append(write) }

  mutating func noteRejection(_ stamp: Stamp, _ rejection: WriteOutcomes.Rejection) {
    rejections[stamp.rawValue] = rejection
  }

  /// What was rejected of these, the last first.
  mutating func takeRejected(_ numbers: Range<UInt64>, _ take: (Write, WriteOutcomes.Rejection) -> Void) {
    if rejections.isEmpty { return }
    for number in numbers.reversed() where number >= base && number < end {
      let write = writes[Int(number - base)]
      if let rejection = rejections.removeValue(forKey: write.stamp.rawValue) { take(write, rejection) }
    }
  }

  /// Nobody waits for what stands before this number. Returns the stamp of the last of that, if it is news.
  mutating func drop(before number: UInt64) -> Stamp? {
    guard number > base + UInt64(done), number <= end else { return nil }
    done = Int(number - base)
    let stamp = writes[done - 1].stamp
    if !rejections.isEmpty { rejections = rejections.filter { $0.key > stamp.rawValue } }
    if done * 2 < writes.count { return stamp }
    // Half of the room at most is of what is done with, so each is moved once on average.
    writes.removeFirst(done)
    (base, done) = (number, 0)
    return stamp
  }
}
