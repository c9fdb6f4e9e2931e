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

  /// As many descriptors as the hard limit lets anyone have, up to `count`; returns how many those are.
  package static func raiseOpenFilesAsFarAsAllowed(to count: Int) throws(Errno) -> Int {
    var limit = try get(RLIMIT_NOFILE)
    limit.rlim_cur = max(limit.rlim_cur, min(rlim_t(max(count, 0)), limit.rlim_max))
    try set(RLIMIT_NOFILE, limit)
    return Int(clamping: limit.rlim_cur)
  }

  /// Without bound if that is allowed, else as large as is; throws when that is nothing.
  package static func allowCoreDumps() throws(Errno) {
    if try raiseToTheMost(RLIMIT_CORE) == 0 { throw Errno.notPermitted }
  }

  /// What may be locked in memory: without bound if that is allowed, else as much as is. Whether it is enough shows when
  /// it is locked.
  package static func allowLockedMemory() throws(Errno) {
    _ = try raiseToTheMost(__RLIMIT_MEMLOCK)
  }

  /// Bytes that may be locked in memory.
  package static var lockedMemory: UInt64 { (try? get(__RLIMIT_MEMLOCK)).map { UInt64($0.rlim_cur) } ?? 0 }

  /// Addresses are counted, `ulimit -v`, so those that are only reserved are missing elsewhere.
  package static var isAddressSpaceLimited: Bool { (try? get(RLIMIT_AS)).map { $0.rlim_cur != rlim_t.max } ?? true }

  private static func raiseToTheMost(_ resource: __rlimit_resource) throws(Errno) -> rlim_t {
    let unbounded = rlimit(rlim_cur: rlim_t.max, rlim_max: rlim_t.max)
    if (try? set(resource, unbounded)) != nil { return rlim_t.max }
    var limit = try get(resource)
    limit.rlim_cur = limit.rlim_max
    try set(resource, limit)
    return limit.rlim_max
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
