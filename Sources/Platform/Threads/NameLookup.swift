import SystemPackage

/// Looks a host's name up, on a thread of its own: getaddrinfo(3) waits for name servers, as long as it likes.
///
///     an event loop: ask() ──▶ desk ──▶ thread: lookUp ──▶ tell(result), on that thread
///
/// One lookup at a time: who asks while one is under way gets its result. A lookup that never ends keeps its thread,
/// and nothing else; so the thread is never waited for.
package final class NameLookup: Sendable {
  package typealias Outcome = Result<[SocketAddress], ResolutionError>

  private struct Desk {
    var isAsked = false
    var isEnding = false
    var hasThread = false
  }

  private let host: String
  private let lookUp: @Sendable () throws(ResolutionError) -> [SocketAddress]
  private let tell: @Sendable (Outcome) -> Void
  private let desk = Monitor(Desk())

  package init(
    host: String, lookUp: @escaping @Sendable () throws(ResolutionError) -> [SocketAddress],
    tell: @escaping @Sendable (Outcome) -> Void
  ) {
    self.host = host
    self.lookUp = lookUp
    self.tell = tell
  }

  deinit { desk.change { $0.isEnding = true } }

  /// Returns at once; the outcome is told once for each lookup.
  package func ask() {
    let isFirst = desk.change { desk in
      desk.isAsked = true
      defer { desk.hasThread = true }
      return !desk.hasThread
    }
    guard isFirst else { return }
    do throws(Errno) {
      // Not with `self`: its end is the thread's.
      _ = try Thread.start(name: "resolver") { [desk, lookUp, tell] in Self.run(desk, lookUp, tell) }
    } catch {
      desk.change { $0 = Desk() }
      tell(.failure(ResolutionError(host: host, reason: "no thread: \(error)")))
    }
  }

  private static func run(
    _ desk: Monitor<Desk>, _ lookUp: @Sendable () throws(ResolutionError) -> [SocketAddress],
    _ tell: @Sendable (Outcome) -> Void
  ) {
    while desk.waitFor({ $0.isEnding ? false : $0.isAsked ? true : nil }) == true {
      let outcome: Outcome
      do { outcome = .success(try lookUp()) } catch { outcome = .failure(error) }
      desk.with { $0.isAsked = false }
      tell(outcome)
    }
  }
}
