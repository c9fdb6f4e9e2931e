import MessageAuthentication
import Platform
import Synchronization

/// Who may use the cache: users and passwords (`-Y`), and how often they may be guessed. Shared by all workers.
///
/// ```
///   LoginSession ──attempt──▶ first of its address, or after others were right ─▶ looked at ─▶ accepted, refused
///      (a worker's)         └▶ others have failed ─▶ wait ─▶ (the worker waits) ─▶ ──judge──▶ accepted, refused
/// ```
///
/// **Invariants.** Nobody is accepted before the file was read once. A file that cannot be used leaves the users as they are.
/// **Locks.** One, for users and throttle together: of two attempts of one address at one moment one comes first. It is held for
/// two HMACs and as many comparisons as there are users; no connection that is logged in ever takes it.
/// It must not know protocols and connections.
package final class Login: Sendable {
  /// Clients of the binary protocol may log in, too (`-S`).
  package let acceptsSASL: Bool
  /// Of the process: a mark is the same after the file was read again.
  private let key = LoginUsers.newKey()
  private let state: Mutex<State>

  private struct State {
    var users: LoginUsers
    var throttle = LoginThrottle()
  }

  package enum Outcome: Equatable, Sendable {
    case accepted
    /// - Parameter isFirst: nothing was wrong from there of late.
    case refused(isFirst: Bool)
    /// It is to be judged after so many nanoseconds, not now.
    case waits(UInt64)
  }

  package init(acceptsSASL: Bool) {
    self.acceptsSASL = acceptsSASL
    state = Mutex(State(users: LoginUsers(key: key)))
  }

  /// Reads the users, at the start and whenever they may have changed. Returns what there is.
  package func load(_ path: String) throws(ReloadFault) -> String {
    do throws(LoginFileError) {
      let users = try LoginFile.read(path, key: key)
      state.withLock { $0.users = users }
      return users.count == 1 ? "one user" : "\(users.count) users"
    } catch {
      throw ReloadFault(error.description, isForbidden: error == .file(.unreadable(.permissionDenied)))
    }
  }

  /// How long an attempt from there would wait.
  package func delay(_ origin: LoginOrigin, now: UInt64) -> UInt64 {
    state.withLock { $0.throttle.delay(origin, now: now) }
  }

  /// What stands for who has logged in, for whoever keeps him in beyond a connection.
  package func mark(_ user: Span<UInt8>, _ password: Span<UInt8>) -> AuthenticationCode {
    state.withLock { $0.users }.mark(user, password)
  }

  /// Whether there still is such a user, with that password.
  package func hasUser(mark: Span<UInt8>) -> Bool { state.withLock { $0.users }.contains(mark: mark) }

  /// A client has said who it is.
  package func attempt(_ user: Span<UInt8>, _ password: Span<UInt8>, from origin: LoginOrigin, now: UInt64) -> Outcome {
    state.withLock { state in
      let delay = state.throttle.delay(origin, now: now)
      if delay > 0 {
        state.throttle.add(origin, now: now)
        return .waits(delay)
      }
      if state.users.contains(user, password) { return .accepted }
      return .refused(isFirst: state.throttle.add(origin, now: now))
    }
  }

  /// The same, after it has waited.
  package func judge(_ user: Span<UInt8>, _ password: Span<UInt8>, from origin: LoginOrigin, now: UInt64) -> Outcome {
    state.withLock { state in
      guard state.users.contains(user, password) else { return .refused(isFirst: false) }
      state.throttle.forgive(origin, now: now)
      return .accepted
    }
  }
}

/// Why a file cannot be used. The words follow the file's name in a message.
package struct ReloadFault: Error, Equatable {
  package let why: String
  /// Only who it was read by is wrong.
  package let isForbidden: Bool

  package init(_ why: String, isForbidden: Bool = false) {
    self.why = why
    self.isForbidden = isForbidden
  }
}
