import Platform

/// Why a secret cannot be used. The words follow the file's name in a message.
package enum SharedSecretError: Error, Sendable, Equatable, CustomStringConvertible {
  case file(SecretFileError)
  case empty
  case short
  /// Of several lines this one is empty or short.
  case line(Int)
  case tooMany

  package var description: String {
    switch self {
    case .file(let error): error.description
    case .empty: "is empty"
    case .short: "is shorter than \(SharedSecret.minByteCount) bytes"
    case .line(let number): "has a line \(number) that is shorter than \(SharedSecret.minByteCount) bytes"
    case .tooMany: "has more than \(PairSecrets.maxCount) lines"
    }
  }
}
