import Platform

/// What a process has used of the processors so far, and holds of the memory.
///
/// The total comes from each thread's `schedstat`, which the scheduler counts in nanoseconds; `stat` counts user and
/// system apart, in ticks of 10 ms, and serves where the kernel keeps no `schedstat`.
struct ServerUsage: Sendable, Equatable {
  var total: UInt64
  var user: UInt64
  var system: UInt64
  var residentBytes: UInt64

  /// In nanoseconds.
  private static let tick: UInt64 = 10_000_000
  private static let pageBytes = UInt64(MappedRegion.pageSize)

  /// nil when there is no such process.
  static func read(_ pid: Int32?) -> ServerUsage? {
    guard let pid, let stat = try? ProcessFiles.text(pid: pid, "stat") else { return nil }
    guard var usage = ServerUsage(stat: stat) else { return nil }
    if let precise = scheduled(pid) { usage.total = precise }
    return usage
  }

  /// The line of /proc/PID/stat. Its second field, the name, may hold anything but ends with the last parenthesis.
  init?(stat: String) {
    guard let end = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: end)...].split { $0 == " " || $0.isNewline }
    guard fields.count > 21, let user = UInt64(fields[11]), let system = UInt64(fields[12]),
      let pages = UInt64(fields[21])
    else { return nil }
    self.user = user * ServerUsage.tick
    self.system = system * ServerUsage.tick
    total = self.user + self.system
    residentBytes = pages * ServerUsage.pageBytes
  }

  init(total: UInt64, user: UInt64, system: UInt64, residentBytes: UInt64) {
    self.total = total
    self.user = user
    self.system = system
    self.residentBytes = residentBytes
  }

  private static func scheduled(_ pid: Int32) -> UInt64? {
    guard let threads = try? ProcessFiles.threads(pid: pid) else { return nil }
    var sum: UInt64 = 0
    for thread in threads {
      let text = try? ProcessFiles.text(pid: pid, "task/\(thread)/schedstat")
      guard let text, let first = text.split(separator: " ").first, let time = UInt64(first) else { continue }
      sum += time
    }
    return sum > 0 ? sum : nil
  }
}
