import EventLoop
import ItemStore
import Platform
import Synchronization

/// What other threads and the link thread tell each other.
final class LinkMailbox: Sendable {
  private let status = Mutex(ReplicationStatus())
  private let wakeup = Mutex<Wakeup?>(nil)
  /// Monotonic nanoseconds by which a shutdown has to end; 0 while none is wanted.
  private let deadline = Atomic<UInt64>(0)

  /// With the numbers of the lookups: one may end that nobody waits for any more.
  private let lookups = Mutex<[(number: Int, outcome: NameLookup.Outcome)]>([])
  private let change = Mutex<PeerChange?>(nil)
  private let questions = Mutex<[KeyQuestion]>([])

  var currentStatus: ReplicationStatus { status.withLock { $0 } }

  func publish(_ new: ReplicationStatus) { status.withLock { $0 = new } }

  func setWakeup(_ new: Wakeup) { wakeup.withLock { $0 = new } }

  /// Ends the link thread's sleep.
  func wake() { wakeup.withLock { $0 }?.signal() }

  /// The peer's name was looked up.
  func post(_ outcome: NameLookup.Outcome, of number: Int) {
    lookups.withLock { $0.append((number, outcome)) }
    wake()
  }

  /// The last change that was wanted counts.
  func post(_ new: PeerChange) {
    change.withLock { $0 = new }
    wake()
  }

  func takeChange() -> PeerChange? {
    change.withLock { change in
      defer { change = nil }
      return change
    }
  }

  /// False where too many wait already.
  func post(_ question: KeyQuestion) -> Bool {
    let isTaken = questions.withLock { questions in
      if questions.count >= KeyQuestions.maxWaiting { return false }
      questions.append(question)
      return true
    }
    if isTaken { wake() }
    return isTaken
  }

  func takeQuestions() -> [KeyQuestion] {
    questions.withLock { questions in
      defer { questions = [] }
      return questions
    }
  }

  func takeLookups() -> [(number: Int, outcome: NameLookup.Outcome)] {
    lookups.withLock { lookups in
      defer { lookups = [] }
      return lookups
    }
  }

  func askForShutdown(by time: Duration) {
    deadline.store(UInt64(clamping: max(Int64(time / .nanoseconds(1)), 1)), ordering: .releasing)
    wake()
  }

  /// When the shutdown that is wanted has to end.
  var shutdownDeadline: Duration? {
    let time = deadline.load(ordering: .acquiring)
    return time == 0 ? nil : .nanoseconds(Int64(clamping: time))
  }
}

/// What the peer holds under a key is wanted.
struct KeyQuestion: Sendable {
  let key: [UInt8]
  /// Once, on the link's thread; nil: there is no peer that tells.
  let tell: @Sendable (KeyAnswer?) -> Void
}

/// Another peer is wanted, or none.
struct PeerChange: Sendable {
  let place: PeerPlace?
}
