import Platform

/// Why a secret cannot be used. The words follow the file's name in a message.
package enum SharedSecretError: Error, Sendable, Equatable, CustomStringConvertible {
  case file(SecretFileError)
  case empty
  case short

  package var description: String {
    switch self {
    case .file(let error): error.description
    case .empty: "is empty"
    case .short: "is shorter than \(SharedSecret.shortest) bytes"
    }
  }
}
