import Glibc
import SystemPackage

// The file by which clients of this host find a unix listener.
//
// - The mask is set before the file can be seen: the kernel takes the mode of the new file from the socket (fchmod before
//   bind), narrowed by the umask; chmod then widens it to what was asked. So nobody gets in who should not, and the
//   process's umask, which all threads share, is left alone.
// - A file left by a daemon that died is removed if it is a socket and nobody listens on it. Anything else, a living
//   daemon's socket or a file of another kind, is EADDRINUSE and stays.
// - At the end it is removed only while it is the file that was made here.

package struct UnixSocketFile: Sendable {
  package let path: String
  private let status: FileStatus?

  /// A socket that is to listen, and its file. `accessMask` is the file's mode, as 0o700.
  package static func bind(
    path: String, accessMask: UInt32
  ) throws(Errno) -> (socket: FileDescriptor, file: UnixSocketFile) {
    guard !path.isEmpty, path.utf8.count <= SocketAddress.unixPathLimit else { throw Errno.fileNameTooLong }
    try removeStale(path)
    let socket = try Socket.open(AF_UNIX)
    do throws(Errno) {
      try check(fchmod(socket.rawValue, mode_t(accessMask & 0o777)))
      try Socket.bind(socket, to: .unix(path: path))
    } catch {
      Socket.close(socket)
      throw error
    }
    let file = UnixSocketFile(path: path, status: FileStatus(path: path))
    do throws(Errno) {
      try check(unsafe chmod(path, mode_t(accessMask & 0o777)))
    } catch {
      Socket.close(socket)
      file.remove()
      throw error
    }
    return (socket, file)
  }

  /// Removes the file if it is still the one made by `bind`.
  package func remove() {
    if let status, FileStatus(path: path) == status { unsafe unlink(path) }
  }

  private static func removeStale(_ path: String) throws(Errno) {
    guard let status = FileStatus(path: path) else { return }
    guard status.kind == .socket, isDeserted(path) else { throw Errno.addressInUse }
    try check(unsafe unlink(path))
  }

  private static func isDeserted(_ path: String) -> Bool {
    do throws(Errno) {
      Socket.close(try Socket.connect(to: .unix(path: path)))
      return false
    } catch {
      return error == .connectionRefused
    }
  }
}
