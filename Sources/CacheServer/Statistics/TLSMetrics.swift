import Transport

/// Of TLS, by memcached's names: of `stats`, there only with -Z, and of `stats settings`.
enum TLSMetrics {
  static let table: [Metric<Statistics>] = [
    .whole("ssl_new_sessions", .counter, "sessions that clients may take up again") { statistics in
      statistics.context.settings.tls.cachesSessions ? statistics.context.tls?.counters.newSessions : nil
    },
    .whole("ssl_handshake_errors", .counter, "handshakes that came to nothing") {
      $0.context.tls?.counters.handshakeErrors
    },
    .whole("ssl_proto_errors", .counter, "connections that ended for broken records") {
      $0.context.tls?.counters.protocolErrors
    },
    .whole("time_since_server_cert_refresh", .gauge, "seconds since the certificates were read") {
      $0.context.tls?.secondsSinceRefresh
    },
  ]

  /// What memcached does not tell.
  static let others: [Metric<Statistics>] = [
    .whole(
      "server_cert_not_after", .gauge, "unix time at which the first certificate of ssl_chain_cert ends, for clients"
    ) {
      $0.context.tls?.context.firstEnd
    }
  ]

  static let settings: [Metric<Statistics>] = [
    .info("ssl_enabled", "-Z") { .yes($0.context.settings.isTLSEnabled) },
    .word("ssl_chain_cert") { $0.chain ?? "NULL" },
    .word("ssl_key") { $0.key ?? $0.chain ?? "NULL" },
    .word("ssl_verify_mode") { String($0.verification.mask) },
    .word("ssl_keyformat") { String($0.keyFormat.rawValue) },
    .word("ssl_ciphers") { $0.ciphers ?? "NULL" },
    .word("ssl_ca_cert") { $0.authorities ?? "NULL" },
    .info("ssl_wbuf_size", "-o ssl_wbuf_size, in bytes") { .number(Int64($0.context.settings.sealedWriteBytes)) },
    .info("ssl_session_cache", "-o ssl_session_cache") { .yes($0.context.settings.tls.cachesSessions) },
    .info("ssl_kernel_tls", "-o ssl_kernel_tls") { .yes($0.context.settings.tls.usesKernel) },
    .word("ssl_min_version") { $0.minVersion.name },
  ]
}

extension Metric<Statistics> {
  /// A number that is there only where TLS is.
  fileprivate static func whole(
    _ name: String, _ kind: MetricKind, _ help: String, _ read: @escaping @Sendable (Statistics) -> UInt64?
  ) -> Metric {
    Metric(name: name, kind: kind, unit: kind == .gauge ? .seconds : .none, help: help) { read($0).map { .count($0) } }
  }

  fileprivate static func word(_ name: String, _ read: @escaping @Sendable (TLSSettings) -> String) -> Metric {
    .info(name, "-o \(name)") { .text(read($0.context.settings.tls)) }
  }
}
