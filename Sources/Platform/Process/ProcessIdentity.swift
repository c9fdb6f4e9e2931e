import Glibc

/// Who this process is.
package enum ProcessIdentity {
  package static var pid: Int32 { getpid() }
}
