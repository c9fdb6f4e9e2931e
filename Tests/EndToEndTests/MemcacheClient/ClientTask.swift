import Foundation
import Logging
import MemcacheClient
import Synchronization
import Testing

/// Tests that wait for async code run on threads of their own. All other tests of this target block the few threads on
/// which tasks run; two tests that blocked them and waited for a task would wait for each other.
struct OnOwnThread: SuiteTrait, TestTrait, TestScoping {
  let isRecursive = true

  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
  ) async throws {
    try await withTaskExecutorPreference(LoadExecutor()) { try await function() }
  }
}

extension Trait where Self == OnOwnThread {
  static var onOwnThread: Self { Self() }
}

/// Async code that a blocking test starts. It runs on a queue of its own, as the test does.
final class ClientTask<Value: Sendable>: Sendable {
  private let result = Mutex<Result<Value, any Error>?>(nil)

  init(_ body: @escaping @Sendable () async throws -> Value) {
    Task(executorPreference: LoadExecutor()) { [self] in
      do {
        let value = try await body()
        result.withLock { $0 = .success(value) }
      } catch {
        result.withLock { $0 = .failure(error) }
      }
    }
  }

  var isDone: Bool { result.withLock { $0 != nil } }

  func value(_ deadline: Deadline = .within(.seconds(300))) throws -> Value {
    guard eventually(deadline, { isDone }), let result = result.withLock({ $0 }) else {
      throw RigError("a client did not end in time")
    }
    return try result.get()
  }
}

final class LoadExecutor: TaskExecutor {
  private let queue = DispatchQueue(label: "client")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in unsafe job.runSynchronously(on: asUnownedTaskExecutor()) }
  }
}

/// `Task.sleep`, but its end waits for none of the threads on which tasks run, nor for those of the global queues, which are
/// the same.
func pause(_ milliseconds: Int) async {
  await withCheckedContinuation { continuation in
    pauses.asyncAfter(deadline: .now() + .milliseconds(milliseconds)) { continuation.resume() }
  }
}

private let pauses = DispatchQueue(label: "pauses")

/// `eventually`, for what is asked for asynchronously.
func becomesTrue(_ deadline: Deadline = .generous, _ condition: () async -> Bool) async -> Bool {
  while !(await condition()) {
    if deadline.hasPassed { return false }
    await pause(20)
  }
  return true
}

/// With a client that runs meanwhile.
@discardableResult
func withClient<Value: Sendable>(
  _ configuration: MemcacheClientConfiguration, _ body: @escaping @Sendable (MemcacheClient) async throws -> Value
) throws -> Value {
  try clientTask(configuration, body).value()
}

func clientTask<Value: Sendable>(
  _ configuration: MemcacheClientConfiguration, _ body: @escaping @Sendable (MemcacheClient) async throws -> Value
) throws -> ClientTask<Value> {
  let client = try MemcacheClient(configuration, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  return ClientTask {
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await client.run() }
      defer { group.cancelAll() }
      return try await body(client)
    }
  }
}

extension MemcacheClientConfiguration {
  init(_ servers: String...) throws {
    self = Self(servers: try servers.map { try MemcacheServer($0) }).patient
  }

  /// With times that a busy machine keeps.
  var patient: Self {
    var configuration = self
    configuration.hangTimeout = .seconds(1)
    configuration.requestTimeout = .seconds(20)
    return configuration
  }
}
