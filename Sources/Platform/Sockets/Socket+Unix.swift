import Glibc
import SystemPackage

// Unix sockets: the file is the address, and its mode says who may connect.
//
// - The mask is set before the file can be seen: the kernel takes the mode of the new file from the socket (fchmod before
//   bind), narrowed by the umask; fchmodat then widens it to what was asked. So nobody gets in who should not, and the
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
      try check(unsafe fchmodat(AT_FDCWD, path, mode_t(mode & 0o777), AT_SYMLINK_NOFOLLOW))
      return socket
    } catch {
      close(socket)
      throw error
    }
  }

  /// Removes a socket's file; anything else under that name stays. Before the socket is closed: once it is, another daemon
  /// may take the file for a dead one's and put its own there.
  package static func removeFile(_ path: String) {
    if FileStatus(path: path)?.kind == .socket { unsafe unlink(path) }
  }

  /// Makes a socket's file the account's own: it may connect, and, where the directory is its own, remove the file.
  ///
  /// By a descriptor of the file: the directory may be the account's, and between a look at the path and the change of
  /// owner it could put another file there, which root would then give away.
  package static func giveFile(_ path: String, to account: UserAccount) throws(Errno) {
    let file = unsafe Glibc.open(path, pathOnly | O_NOFOLLOW | O_CLOEXEC)
    try check(file)
    defer { _ = Glibc.close(file) }
    guard FileStatus(FileDescriptor(rawValue: file))?.kind == .socket else { throw .notSocket }
    try check(unsafe fchownat(file, "", account.userID, account.groupID, emptyPath))
  }

  /// O_PATH and AT_EMPTY_PATH, which the importer does not see: a descriptor that names a file, and the file it names.
  private static let pathOnly: Int32 = 0o10000000
  private static let emptyPath: Int32 = 0x1000

  private static func removeStaleFile(_ path: String, _ address: SocketAddress) throws(Errno) {
    guard let kind = FileStatus(path: path)?.kind else { return }
    guard kind == .socket, isStale(address) else { throw .addressInUse }
    try check(unsafe unlink(path))
  }

  private static func isStale(_ address: SocketAddress) -> Bool {
    do throws(Errno) {
      close(try connect(to: address))
      return false
    } catch {
      return error == .connectionRefused
    }
  }
}
