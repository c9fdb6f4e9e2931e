import Glibc
import SystemPackage

// A file whose content only its owner may know. It is judged by the descriptor that it is read from, so that nobody can put
// another in its place between the two; a pipe or a device is never waited for.

package enum SecretFile {
  /// The most that is read; what is longer is not a secret but some other file.
  package static let longest = 4096

  /// Read whole, if it belongs to root, to this user or to one of `owners`, and if nobody else has any right to it.
  package static func read(_ path: String, owners: [UInt32] = []) throws(SecretFileError) -> SecretBytes {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)
    if file == -1 { throw .unreadable(.last) }
    defer { Glibc.close(file) }
    try judge(file, owners)
    // One byte more, to see that it ends.
    var secret = SecretBytes(capacity: longest + 1)
    let hasEnded: Bool
    do throws(Errno) { hasEnded = try secret.fill(from: file) } catch { throw .unreadable(error) }
    guard hasEnded else { throw .tooLong }
    return secret
  }

  private static func judge(_ file: Int32, _ owners: [UInt32]) throws(SecretFileError) {
    var status = stat()
    guard unsafe fstat(file, &status) == 0 else { throw .unreadable(.last) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    guard ([0, geteuid()] + owners).contains(status.st_uid) else { throw .foreign(owner: status.st_uid) }
    guard status.st_mode & 0o077 == 0 else { throw .open }
  }
}
