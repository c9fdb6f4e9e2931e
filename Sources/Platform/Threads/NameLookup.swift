import SystemPackage

/// Looks a host's name up, on a thread of its own: getaddrinfo(3) waits for name servers, as long as it likes.
///
///     an event loop: ask() ──▶ state ──▶ thread: lookUp ──▶ tell(result), on that thread
///
/// One lookup at a time: who asks while one is under way gets its result. A lookup that never ends keeps its thread,
/// and nothing else; so the thread is never waited for.
package final class NameLookup: Sendable {
  package typealias Outcome = Result<[SocketAddress], ResolutionError>

  private struct LookupState {
    var isAsked = false
    var isEnding = false
    var hasThread = false
  }

  private let host: String
  private let lookUp: @Sendable () throws(ResolutionError) -> [SocketAddress]
  private let tell: @Sendable (Outcome) -> Void
  private let state = Monitor(LookupState())

  package init(
    host: String, lookUp: @escaping @Sendable () throws(ResolutionError) -> [SocketAddress],
    tell: @escaping @Sendable (Outcome) -> Void
  ) {
    self.host = host
    self.lookUp = lookUp
    self.tell = tell
  }

  deinit { state.change { $0.isEnding = true } }

  /// Returns at once; the outcome is told once for each lookup.
  package func ask() {
    let isFirst = state.change { state in
      state.isAsked = true
      defer { state.hasThread = true }
      return !state.hasThread
    }
    guard isFirst else { return }
    do throws(Errno) {
      // Not with `self`: its end is the thread's.
      try Thread.detach(name: "resolver") { [state, lookUp, tell] in Self.run(state, lookUp, tell) }
    } catch {
      state.change { $0 = LookupState() }
      tell(.failure(ResolutionError(host: host, reason: "no thread: \(error)")))
    }
  }

  private static func run(
    _ state: Monitor<LookupState>, _ lookUp: @Sendable () throws(ResolutionError) -> [SocketAddress],
    _ tell: @Sendable (Outcome) -> Void
  ) {
    while state.waitFor({ $0.isEnding ? false : $0.isAsked ? true : nil }) == true {
      let outcome: Outcome
      do { outcome = .success(try lookUp()) } catch { outcome = .failure(error) }
      state.with { $0.isAsked = false }
      tell(outcome)
    }
  }
}
