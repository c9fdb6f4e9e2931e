import Platform

/// What the server and this program have used between two moments, in nanoseconds.
struct UsageChange: Sendable, Equatable {
  /// nil when no process was named, or it has ended. `residentBytes` is what it holds at the end.
  let server: ServerUsage?
  let client: UInt64?

  static let none = UsageChange(server: nil, client: nil)

  init(server: ServerUsage?, client: UInt64?) {
    self.server = server
    self.client = client
  }

  init(
    _ before: ServerUsage?, _ after: ServerUsage?, client: (userMicroseconds: UInt64, systemMicroseconds: UInt64)
  ) {
    let now = SystemClock.processCPU()
    let microseconds =
      now.userMicroseconds + now.systemMicroseconds - client.userMicroseconds - client.systemMicroseconds
    self.client = microseconds * 1000
    guard let before, let after, after.total >= before.total else {
      server = nil
      return
    }
    server = ServerUsage(
      total: after.total - before.total, user: after.user &- before.user, system: after.system &- before.system,
      residentBytes: after.residentBytes)
  }
}
