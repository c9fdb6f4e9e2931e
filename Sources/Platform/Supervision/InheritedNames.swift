/// LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES, as sd_listen_fds_with_names(3) reads them.
package enum InheritedNames {
  /// The names of the descriptors from 3 on, empty for those that have none; nil: they are another process's, or there are none.
  package static func read(
    _ environment: (String) -> String?, pid: Int32
  ) throws(InheritanceError) -> [String]? {
    guard let owner = environment("LISTEN_PID"), let number = environment("LISTEN_FDS") else { return nil }
    guard let process = Int32(owner), process > 0 else { throw .badVariable("LISTEN_PID", owner) }
    if process != pid { return nil }
    guard let count = Int(number), 0...maxSockets ~= count else { throw .badVariable("LISTEN_FDS", number) }
    if count == 0 { return nil }
    guard let text = environment("LISTEN_FDNAMES") else { return Array(repeating: "", count: count) }
    let names = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard names.count == count else { throw .badVariable("LISTEN_FDNAMES", text) }
    return names
  }

  private static let maxSockets = 1024
}

/// Why what was inherited cannot be served, in one line.
package enum InheritanceError: Error, Equatable, CustomStringConvertible {
  case badVariable(String, String)
  case noSocket(Int32)
  case unknownKind(Int32)
  case connection(Int32)

  package var description: String {
    switch self {
    case .badVariable(let name, let value): "\(name) says what it cannot say: \(value.debugDescription)"
    case .noSocket(let number): "LISTEN_FDS: descriptor \(number) is no socket"
    case .unknownKind(let number): "LISTEN_FDS: descriptor \(number) takes neither connections nor datagrams"
    case .connection(let number): "LISTEN_FDS: descriptor \(number) does not listen (Accept=no is needed)"
    }
  }
}
