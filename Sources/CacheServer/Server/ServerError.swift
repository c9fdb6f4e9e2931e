/// Why a server cannot start, in one line.
package enum ServerError: Error, Sendable, CustomStringConvertible {
  /// The system refuses: a port in use, an unknown host, no memory.
  case system(String)

  package var description: String {
    switch self {
    case .system(let why): why
    }
  }
}
