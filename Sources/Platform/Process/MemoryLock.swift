import Glibc
import SystemPackage

/// Keeps the memory of this process, present and future, from being paged out. It can then not be given back either:
/// `MappedRegion.decommit` throws EINVAL.
package enum MemoryLock {
  package static func lockAll() throws(Errno) {
    try check(mlockall(Int32(MCL_CURRENT | MCL_FUTURE)))
  }
}
