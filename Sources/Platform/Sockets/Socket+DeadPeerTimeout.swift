import Glibc
import SystemPackage

extension Socket {
  /// Lets the kernel end the connection to a host that is gone, or takes nothing, for so long: for a peer that cannot be
  /// asked whether it lives. Without this a connection with bytes on their way lasts a quarter of an hour.
  package static func setDeadPeerTimeout(_ socket: FileDescriptor, seconds: Int) throws(Errno) {
    let probe = Int32(clamping: max(seconds / 6, 1))
    try setKeepAlive(socket)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, probe)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, probe)
    try set(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: min(seconds, 1_000_000) * 1000))
  }
}
