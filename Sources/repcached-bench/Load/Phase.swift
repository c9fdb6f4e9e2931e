/// One stretch of work for a worker.
struct Phase: Sendable {
  let goal: RequestSource.Goal
  /// nil: a closed loop, where answers make room for requests.
  let schedule: Schedule?
  let seed: UInt64
  /// Silence after which waiting ends.
  let patience: UInt64
}
