import Glibc
import SystemPackage

// A file whose content only its owner may know. It is judged by the descriptor that it is read from, so that nobody can put
// another in its place between the two; a pipe or a device is never waited for.

package enum SecretFile {
  /// The most that is read; what is longer is not a secret but some other file.
  package static let maxBytes = 4096

  /// Read whole, if it belongs to root or to this user, and if nobody else has any right to it.
  package static func read(_ path: String) throws(SecretFileError) -> SecretBytes {
    try read(path, atMost: maxBytes) { (status) throws(SecretFileError) in
      guard [0, geteuid()].contains(status.st_uid) else { throw .foreign(owner: status.st_uid) }
      guard status.st_mode & 0o077 == 0 else { throw .open }
    }
  }

  /// Read whole, whoever it belongs to and whoever else may read it: memcached takes such a file with its users' passwords.
  package static func readShared(_ path: String, atMost maxBytes: Int) throws(SecretFileError) -> SecretBytes {
    try read(path, atMost: maxBytes) { (_) throws(SecretFileError) in }
  }

  /// Everybody on this host may read or change it, if it is there.
  package static func isOpenToAll(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & 0o006 != 0
  }

  private static func read(
    _ path: String, atMost maxBytes: Int, _ judge: (stat) throws(SecretFileError) -> Void
  ) throws(SecretFileError) -> SecretBytes {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if file == -1 { throw .unreadable(.last) }
    defer { Glibc.close(file) }
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw .unreadable(.last) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    try judge(status)
    // One byte more, to see that it ends.
    var secret = SecretBytes(capacity: maxBytes + 1)
    let hasEnded: Bool
    do throws(Errno) { hasEnded = try secret.fill(from: file) } catch { throw .unreadable(error) }
    guard hasEnded else { throw .tooLong(most: maxBytes) }
    return secret
  }
}
