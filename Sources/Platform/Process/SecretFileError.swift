import SystemPackage

/// Why a file is no secret. The words follow the file's name in a message.
package enum SecretFileError: Error, Sendable, Equatable, CustomStringConvertible {
  case unreadable(Errno)
  case notAFile
  case foreign(owner: UInt32)
  /// Others than the owner have some right to it.
  case open
  case tooLong(most: Int)

  package var description: String {
    switch self {
    case .unreadable(let error): "cannot be read: \(error)"
    case .notAFile: "is not a file"
    case .foreign(let owner): "belongs to user \(owner), and not to root or the user of the daemon"
    case .open: "is open to others than its owner: chmod 600 it"
    case .tooLong(let most): "is longer than \(most) bytes"
    }
  }
}
