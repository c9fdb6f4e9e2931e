import Foundation
import Synchronization

/// Work on a thread of its own, for tests that do two things at once. Not a `Task`: the rig blocks, and a blocked task would
/// take one of the few threads which all tests of the process share.
final class Background<Value: Sendable>: Sendable {
  private let outcome = Mutex<Result<Value, any Error>?>(nil)

  static func start(_ body: @escaping @Sendable () throws -> Value) -> Background {
    let work = Background()
    Thread.detachNewThread {
      let result = Result { try body() }
      work.outcome.withLock { $0 = result }
    }
    return work
  }

  func value(by deadline: Deadline = .within(.seconds(120))) throws -> Value {
    guard eventually(deadline, { outcome.withLock { $0 != nil } }), let result = outcome.withLock({ $0 }) else {
      throw RigError("work in the background did not end in time")
    }
    return try result.get()
  }

  var isDone: Bool { outcome.withLock { $0 != nil } }
}
