import ConnectionServer
import MemcacheProtocol

/// What a connection that has not logged in has begun and not finished. During a turn it is the session's `current` one.
package struct UnfinishedLogin {
  /// Of the text protocol: the line of a login is read, so many bytes of token have to come, and their end.
  package internal(set) var tokenCount: Int?
  /// Bytes of input to drop.
  var swallow = 0
  /// It is answered for the last time: when what is to be dropped has come, it closes.
  var isRefused = false
  /// When the login at the input's front is looked at, on the monotonic clock: others of its address have failed.
  var waitsUntil: UInt64?
  /// Of such a one: under which number it stands among those that wait.
  var ticket: UInt64?

  var isNothing: Bool { tokenCount == nil && swallow == 0 && !isRefused && waitsUntil == nil }
}

/// Logins that wait for their time, of one worker.
///
/// Few: each is a connection of an address that has guessed wrong. One that has gone gives its ticket back: its place may be
/// another's by the time.
struct LoginWaiters {
  private struct Waiter {
    let ticket: UInt64
    let due: UInt64
    let place: SuspendedPlace
  }

  private var waiters: [Waiter] = []
  private var lastTicket: UInt64 = 0

  /// Nanoseconds. The clock of timers is coarse, and a crowd of waiters is walked over each time.
  private static let resolution: UInt64 = 10_000_000

  /// Returns its ticket.
  mutating func add(_ place: SuspendedPlace, due: UInt64) -> UInt64 {
    lastTicket += 1
    waiters.append(Waiter(ticket: lastTicket, due: due, place: place))
    return lastTicket
  }

  mutating func remove(_ ticket: UInt64) { waiters.removeAll { $0.ticket == ticket } }

  mutating func takeDue(now: UInt64) -> [SuspendedPlace] {
    let due = waiters.filter { $0.due <= now }.map(\.place)
    if !due.isEmpty { waiters.removeAll { $0.due <= now } }
    return due
  }

  /// How long nobody has to be looked at; nil: for ever.
  func pause(now: UInt64) -> Duration? {
    guard let next = waiters.map(\.due).min() else { return nil }
    return .nanoseconds(Int64(clamping: max(next > now ? next - now : 0, Self.resolution)))
  }
}
