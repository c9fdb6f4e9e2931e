/// Of connections, commands and traffic: what workers and acceptor count.
enum ServerMetrics {
  static let table = connections + commands + traffic

  private static let connections: [Metric<CounterSnapshot>] = [
    .gauge("max_connections", "connections served at once, at most: -c") { $0.context.settings.maxConnections },
    .gauge("curr_connections", "connections that are open") { $0.context.connectionCount },
    .counter("total_connections", "connections taken in") { $0.sum(.totalConnections) },
    .counter("rejected_connections", "connections beyond -c that got an error line") {
      $0.context.accepting.rejected.load(ordering: .relaxed)
    },
    .gauge("connection_structures", "connections that are open") { $0.context.connectionCount },
    .absent("response_obj_oom"), .absent("response_obj_count"), .absent("response_obj_bytes"),
    .absent("read_buf_count"), .absent("read_buf_bytes"), .absent("read_buf_bytes_free"), .absent("read_buf_oom"),
    .gauge("reserved_fds", "open files beside those of connections") { $0.context.settings.reservedDescriptors },
  ]

  private static let commands: [Metric<CounterSnapshot>] = [
    .counter("cmd_get", "keys asked for") { $0.sum(.getHits) + $0.sum(.getMisses) },
    .counter("cmd_set", "storage commands") { $0.sum(.cmdSet) },
    .counter("cmd_flush", "flush_all") { $0.sum(.cmdFlush) },
    .counter("cmd_touch", "touch, and keys of gat") { $0.sum(.touchHits) + $0.sum(.touchMisses) },
    .counter("cmd_meta", "meta commands") { $0.sum(.cmdMeta) },
    .counter("get_hits", "keys asked for and found") { $0.sum(.getHits) },
    .counter("get_misses", "keys asked for and not found") { $0.sum(.getMisses) },
    .counter("get_expired", "of the misses, items that had expired") { $0.sum(.getExpired) },
    .counter("get_flushed", "of the misses, items that had been flushed") { $0.sum(.getFlushed) },
    .counter("delete_misses", "delete of what was not there") { $0.sum(.deleteMisses) },
    .counter("delete_hits", "delete") { $0.sum(.deleteHits) },
    .counter("incr_misses", "incr of what was not there") { $0.sum(.incrMisses) },
    .counter("incr_hits", "incr") { $0.sum(.incrHits) },
    .counter("decr_misses", "decr of what was not there") { $0.sum(.decrMisses) },
    .counter("decr_hits", "decr") { $0.sum(.decrHits) },
    .counter("cas_misses", "cas of what was not there") { $0.sum(.casMisses) },
    .counter("cas_hits", "cas that stored") { $0.sum(.casHits) },
    .counter("cas_badval", "cas of what had been changed") { $0.sum(.casBadval) },
    .counter("touch_hits", "touch, and keys of gat, found") { $0.sum(.touchHits) },
    .counter("touch_misses", "touch, and keys of gat, not found") { $0.sum(.touchMisses) },
    .counter("store_too_large", "values refused for their size: -I") { $0.sum(.storeTooLarge) },
    .counter("store_no_memory", "values refused for want of memory") { $0.sum(.storeNoMemory) },
    .counter("auth_cmds", "authentications") { $0.sum(.authCommands) },
    .counter("auth_errors", "authentications refused") { $0.sum(.authErrors) },
    // As memcached, only where there can be some.
    Metric(name: "idle_kicks", kind: .counter, unit: .none, help: "connections closed by -o idle_timeout") {
      $0.context.settings.idleTimeout > 0 ? .count($0.sum(.idleKicks)) : nil
    },
  ]

  private static let traffic: [Metric<CounterSnapshot>] = [
    .counter("bytes_read", in: .bytes, "received from clients") { $0.sum(.bytesRead) },
    .counter("bytes_written", in: .bytes, "sent to clients") { $0.sum(.bytesWritten) },
    .gauge("limit_maxbytes", in: .bytes, "memory for items: -m") { $0.context.store.memoryLimit },
    .state("accepting_conns", "clients are taken in") { $0.context.accepting.isAccepting.load(ordering: .relaxed) },
    .counter("listen_disabled_num", "times that taking clients in has paused, at -c") {
      $0.context.accepting.timesPaused.load(ordering: .relaxed)
    },
    .counter("time_in_listen_disabled_us", in: .microseconds, "time that taking clients in has paused") {
      $0.context.accepting.microsecondsPaused.load(ordering: .relaxed)
    },
    .gauge("threads", "threads that answer requests: -t") { $0.context.settings.threads },
    .counter("conn_yields", "turns that ended for the others' sake: -R") { $0.sum(.connectionYields) },
  ]
}
