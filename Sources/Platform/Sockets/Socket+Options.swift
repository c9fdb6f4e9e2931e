import Glibc
import SystemPackage

extension Socket {
  /// Sends small answers at once instead of waiting for more.
  package static func setNoDelay(_ socket: FileDescriptor, _ on: Bool = true) throws(Errno) {
    try set(socket, Int32(IPPROTO_TCP), TCP_NODELAY, on ? 1 : 0)
  }

  /// Lets the kernel find out that a silent peer has gone.
  package static func setKeepAlive(_ socket: FileDescriptor, _ on: Bool = true) throws(Errno) {
    try set(socket, SOL_SOCKET, SO_KEEPALIVE, on ? 1 : 0)
  }

  /// Lets the kernel end the connection to a host that is gone, or takes nothing, for so long: for a peer that cannot be
  /// asked whether it lives. Without this a connection with bytes on their way lasts a quarter of an hour.
  package static func setDeadPeerTimeout(_ socket: FileDescriptor, seconds: Int) throws(Errno) {
    let probe = Int32(clamping: max(seconds / 6, 1))
    try setKeepAlive(socket)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPIDLE, probe)
    try set(socket, Int32(IPPROTO_TCP), TCP_KEEPINTVL, probe)
    try set(socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, Int32(clamping: min(seconds, 1_000_000) * 1000))
  }

  package static func setSendBuffer(_ socket: FileDescriptor, byteCount: Int) throws(Errno) {
    try set(socket, SOL_SOCKET, SO_SNDBUF, Int32(clamping: byteCount))
  }

  /// How much of what was given to the kernel may not have been sent yet: no more is taken then, and what is urgent waits for
  /// no more than this. What is on its way does not count.
  package static func setUnsentLimit(_ socket: FileDescriptor, byteCount: Int) throws(Errno) {
    try set(socket, Int32(IPPROTO_TCP), TCP_NOTSENT_LOWAT, Int32(clamping: byteCount))
  }

  package static func setReceiveBuffer(_ socket: FileDescriptor, byteCount: Int) throws(Errno) {
    try set(socket, SOL_SOCKET, SO_RCVBUF, Int32(clamping: byteCount))
  }

  /// The error that waits on the socket, which reading takes away: how a `connect` under way ended. nil is success.
  package static func pendingError(_ socket: FileDescriptor) -> Errno? {
    guard let value = try? option(socket, SOL_SOCKET, SO_ERROR) else { return Errno.last }
    return value == 0 ? nil : Errno(rawValue: value)
  }

  /// The kernel's number of it, which no other open socket has; nil where the descriptor is closed.
  package static func identity(_ socket: FileDescriptor) -> UInt64? {
    var status = stat()
    return unsafe fstat(socket.rawValue, &status) == 0 ? UInt64(status.st_ino) : nil
  }

  static func set(_ socket: FileDescriptor, _ level: Int32, _ name: Int32, _ value: Int32) throws(Errno) {
    var value = value
    let size = socklen_t(MemoryLayout<Int32>.size)
    try check(unsafe setsockopt(socket.rawValue, level, name, &value, size))
  }

  static func option(_ socket: FileDescriptor, _ level: Int32, _ name: Int32) throws(Errno) -> Int32 {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    try check(unsafe getsockopt(socket.rawValue, level, name, &value, &size))
    return value
  }
}
