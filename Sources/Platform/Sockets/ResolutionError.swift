import Glibc

/// A host that has no address, with the resolver's reason.
package struct ResolutionError: Error, Equatable, Sendable, CustomStringConvertible {
  package let host: String
  package let reason: String

  package init(host: String, reason: String) {
    self.host = host
    self.reason = reason
  }

  init(host: String, status: Int32) {
    self.init(
      host: host,
      reason: status == EAI_SYSTEM
        ? unsafe String(cString: strerror(errno)) : unsafe String(cString: gai_strerror(status)))
  }

  package var description: String { "cannot resolve \(host): \(reason)" }
}
