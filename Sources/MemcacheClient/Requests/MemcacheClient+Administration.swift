import MemcacheClientCore

/// What is asked of servers and not of keys. Of a pair the side that is asked at the time answers.
extension MemcacheClient {
  /// Forgets all values on all servers, at once or later.
  public func flushAll(after delay: Duration = .zero) async throws(MemcacheError) {
    let seconds = UInt32(clamping: delay.components.seconds)
    for index in serverNames.indices { _ = try await perform(.flush(delay: seconds), .init(server: index)) }
  }

  /// The lines of `stats`, or of one group of them, by name.
  public func statistics(of server: MemcacheServer, group: String = "") async throws(MemcacheError) -> [String: String]
  {
    guard !group.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
      throw .refused("no group of statistics: \(group)")
    }
    guard case .statistics(let lines) = try await perform(.statistics(group: group), place(of: server)) else {
      throw Self.strange
    }
    return Dictionary(lines.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  public func version(of server: MemcacheServer) async throws(MemcacheError) -> String {
    guard case .version(let version) = try await perform(.version, place(of: server)) else { throw Self.strange }
    return version
  }

  private func place(of server: MemcacheServer) throws(MemcacheError) -> ClientDriver.Place {
    guard let index = serverNames.firstIndex(of: server) else {
      throw .configuration("\(server) is not a server of this client")
    }
    return .init(server: index)
  }
}
