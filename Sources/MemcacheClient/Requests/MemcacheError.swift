import MemcacheClientCore

/// Why a request has no result.
public enum MemcacheError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Nobody who could answer lives. Nothing was changed.
  case unavailable(String)
  /// No answer in time, and nothing that may be done once only: it may be asked again.
  case timedOut
  /// `increment`, `decrement`, `append`, `prepend`, `add` and `cas` are not repeated where nobody knows whether they were done.
  /// This one was done once, or not at all.
  case outcomeUnknown
  /// The task was cancelled. What was sent already may have been done.
  case cancelled
  /// More waits for this server than it may: it is too slow, or hangs.
  case overloaded
  /// The server's own words.
  case refused(String)
  /// A key has 1 to 250 bytes, none of them a space or a control character.
  case invalidKey(String)
  /// The value is not what was asked for.
  case undecodable(String)
  /// Settings that cannot be.
  case configuration(String)

  init(_ failure: RequestFailure) {
    self =
      switch failure {
      case .unavailable(let why): .unavailable(why)
      case .timedOut: .timedOut
      case .outcomeUnknown: .outcomeUnknown
      case .cancelled: .cancelled
      case .overloaded: .overloaded
      case .refused(let words): .refused(words)
      }
  }

  public var description: String {
    switch self {
    case .unavailable(let why): "no server answers: \(why)"
    case .timedOut: "no answer in time"
    case .outcomeUnknown: "sent and not answered: done once, or not at all"
    case .cancelled: "cancelled"
    case .overloaded: "too much waits for this server"
    case .refused(let words): "the server says: \(words)"
    case .invalidKey(let key): "not a key: \(key.debugDescription)"
    case .undecodable(let why): "the value is of another kind: \(why)"
    case .configuration(let why): why
    }
  }
}
