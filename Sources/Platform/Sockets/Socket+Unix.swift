import Glibc
import SystemPackage

// Unix sockets: the file is the address, and its mode says who may connect.
//
// - The mask is set before the file can be seen: the kernel takes the mode of the new file from the socket (fchmod before
//   bind), narrowed by the umask; chmod then widens it to what was asked. So nobody gets in who should not, and the
//   umask, which all threads share, is left alone.
// - A file that outlived its daemon is removed if it is a socket and nobody listens on it. Anything else under that name,
//   a living daemon's socket or a file of another kind, is EADDRINUSE and stays.

extension Socket {
  /// A bound unix socket whose file has the permission bits `mode`, as 0o700.
  package static func bindUnix(to address: SocketAddress, mode: UInt32) throws(Errno) -> FileDescriptor {
    guard case .unix(let path) = address, !path.isEmpty else { throw .invalidArgument }
    if path.utf8.count > SocketAddress.unixPathLimit { throw .fileNameTooLong }
    try removeStaleFile(path, address)
    let socket = try open(AF_UNIX)
    do throws(Errno) {
      try check(fchmod(socket.rawValue, mode_t(mode & 0o777)))
      try bind(socket, to: address)
      try check(unsafe chmod(path, mode_t(mode & 0o777)))
      return socket
    } catch {
      close(socket)
      throw error
    }
  }

  /// Removes a socket's file; anything else under that name stays. Before the socket is closed: once it is, another daemon
  /// may take the file for a dead one's and put its own there.
  package static func removeFile(_ path: String) {
    if FileKind(path: path) == .socket { unsafe unlink(path) }
  }

  private static func removeStaleFile(_ path: String, _ address: SocketAddress) throws(Errno) {
    guard let kind = FileKind(path: path) else { return }
    guard kind == .socket, isDeserted(address) else { throw .addressInUse }
    try check(unsafe unlink(path))
  }

  private static func isDeserted(_ address: SocketAddress) -> Bool {
    do throws(Errno) {
      close(try connect(to: address))
      return false
    } catch {
      return error == .connectionRefused
    }
  }
}
