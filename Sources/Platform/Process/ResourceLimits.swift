import Glibc
import SystemPackage

/// What the kernel lets this process have.
package enum ResourceLimits {
  /// Descriptors that may be open at once.
  package static var openFiles: Int {
    guard let limit = try? get(RLIMIT_NOFILE) else { return 0 }
    return Int(clamping: limit.rlim_cur)
  }

  /// At least `count`; above the hard limit only root may.
  package static func raiseOpenFiles(to count: Int) throws(Errno) {
    var limit = try get(RLIMIT_NOFILE)
    let wanted = rlim_t(max(count, 0))
    if limit.rlim_cur >= wanted { return }
    limit.rlim_cur = wanted
    limit.rlim_max = max(limit.rlim_max, wanted)
    try set(RLIMIT_NOFILE, limit)
  }

  /// Without bound if that is allowed, else as large as is; throws when that is nothing.
  package static func allowCoreDumps() throws(Errno) {
    let unbounded = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
    if (try? set(RLIMIT_CORE, unbounded)) != nil { return }
    var limit = try get(RLIMIT_CORE)
    if limit.rlim_max == 0 { throw Errno.notPermitted }
    limit.rlim_cur = limit.rlim_max
    try set(RLIMIT_CORE, limit)
  }

  private static func get(_ resource: __rlimit_resource) throws(Errno) -> rlimit {
    var limit = rlimit()
    try check(unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &limit))
    return limit
  }

  private static func set(_ resource: __rlimit_resource, _ limit: rlimit) throws(Errno) {
    var limit = limit
    try check(unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limit))
  }
}
