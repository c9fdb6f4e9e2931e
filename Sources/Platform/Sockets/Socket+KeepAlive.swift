import Glibc
import SystemPackage

extension Socket {
  /// Lets the kernel find out within `idleSeconds + intervalSeconds * probes` that a silent peer has gone.
  package static func setKeepAlive(
    _ socket: FileDescriptor, idleSeconds: Int, intervalSeconds: Int, probes: Int
  ) throws(Errno) {
    try setKeepAlive(socket)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, Int32(clamping: idleSeconds))
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, Int32(clamping: intervalSeconds))
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPCNT, Int32(clamping: probes))
  }
}
