/// Whether the two hold the same, as they say themselves.
extension Pair {
  /// Polls until the digests are equal; false when they never are.
  func becomesEqual(_ deadline: Deadline = .generous) throws -> Bool {
    let (clientA, clientB) = (try a.client(), try b.client())
    return try eventually(deadline) {
      try clientA.statistics("digest").map(\.value) == clientB.statistics("digest").map(\.value)
    }
  }

  func number(_ name: String, of daemon: Daemon) throws -> Int {
    Int(try daemon.client().linkStatistic(name) ?? "") ?? -1
  }

  /// Waits until both know that the link is gone.
  func mustPart(times: Int = 1) throws {
    for daemon in [a, b] where !daemon.logs("replication: close", times: times) {
      throw RigError("\(daemon.arguments) did not lose its peer; log:\n\(daemon.logText)")
    }
  }
}

extension Client {
  /// Sets `key0` … to the same value, all in one go.
  func fill(_ prefix: String, _ keys: Range<Int>, _ value: String) throws {
    for start in stride(from: keys.lowerBound, to: keys.upperBound, by: 1_000) {
      let some = start..<min(start + 1_000, keys.upperBound)
      try send(some.map { "set \(prefix)\($0) 0 0 \(value.utf8.count) noreply\r\n\(value)\r\n" }.joined())
    }
    _ = try command("version")
  }
}
