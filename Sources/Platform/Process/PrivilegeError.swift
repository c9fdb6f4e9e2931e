import SystemPackage

/// Why the process does not run as the user it should run as.
package enum PrivilegeError: Error, Equatable, Sendable, CustomStringConvertible {
  case noSuchUser(String)
  case noSuchGroup(String)
  case lookupFailed(String, Errno)
  case refused(String, Errno)
  case notChanged(String)
  case rootRegained(String)

  package var description: String {
    switch self {
    case .noSuchGroup(let name): "there is no group \(name)"
    case .noSuchUser(let user): "there is no user \(user)"
    case .lookupFailed(let user, let error): "cannot look up the user \(user): \(error)"
    case .refused(let user, let error): "cannot become the user \(user): \(error)"
    case .notChanged(let user): "did not become the user \(user)"
    case .rootRegained(let user): "root could be regained after becoming the user \(user)"
    }
  }
}
