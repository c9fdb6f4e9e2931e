import EventLoop
import Platform

/// Of the process: the first lines of `stats`; and of its role in the pair, which stands behind what memcached tells.
enum ProcessMetrics {
  static let table: [Metric<Statistics>] = [
    .info("pid", "number of the process") { _ in .number(Int64(ProcessIdentity.pid)) },
    .gauge("uptime", in: .seconds, "age of the process") { $0.context.moment().seconds - $0.context.startedAt.seconds },
    .gauge("time", in: .seconds, "unix time") { $0.context.moment().unixMicroseconds / 1_000_000 },
    .info("version", "version of the program") { _ in version },
    .info("libevent", "version of libevent") { _ in .text(EventLoop.libraryVersion) },
    .info("pointer_size", "bits of a pointer") { _ in .count(UInt64(MemoryLayout<Int>.size * 8)) },
    .time("rusage_user", "processor time in the program") { _ in SystemClock.processCPU().userMicroseconds },
    .time("rusage_system", "processor time in the kernel") { _ in SystemClock.processCPU().systemMicroseconds },
  ]

  /// As repcached 2.x showed them. Without replication there is no role to tell.
  static let pair: [Metric<Statistics>] = [
    .info("replication", "role in the pair") { $0.pairing.status.map { .text("\($0.role)".uppercased()) } },
    .info("repcached_version", "version of the program, by repcached 2.x's name") { _ in version },
    .info("repcached_qi_free", "records that still fit the queue to the peer") {
      $0.pairing.status.map { .number(Int64(max(0, $0.queueRecordLimit - $0.queueRecords))) }
    },
  ]

  private static var version: MetricValue { .text("\(Settings.version)") }
}

extension Metric {
  fileprivate static func time(_ name: String, _ help: String, _ read: @escaping @Sendable (Source) -> UInt64) -> Metric
  {
    Metric(name: name, kind: .counter, unit: .seconds, help: help) { .microseconds(read($0)) }
  }
}
