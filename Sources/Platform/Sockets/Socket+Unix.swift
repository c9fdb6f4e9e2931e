import Glibc
import SystemPackage

// Unix sockets: the file is the address. It outlives the process that made it, so one that nobody listens on is taken
// away before binding; a file of any other kind never is.

extension Socket {
  /// A bound unix socket whose file has the permission bits `mode`.
  package static func bindUnix(to address: SocketAddress, mode: UInt32) throws(Errno) -> FileDescriptor {
    guard case .unix(let path) = address else { throw .invalidArgument }
    try removeStaleFile(path, address)
    let before = umask(~mode & 0o777)
    defer { umask(before) }
    return try bind(to: address)
  }

  /// Removes a socket's file; anything else under that name stays.
  package static func removeFile(_ path: String) {
    if isSocket(path) { unsafe unlink(path) }
  }

  private static func removeStaleFile(_ path: String, _ address: SocketAddress) throws(Errno) {
    guard isSocket(path) else { return }
    do throws(Errno) {
      close(try connect(to: address))
    } catch {
      if error == .connectionRefused { unsafe unlink(path) }
      return
    }
    throw .addressInUse
  }

  private static func isSocket(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFSOCK
  }
}
