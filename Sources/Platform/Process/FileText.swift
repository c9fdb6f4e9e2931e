import Glibc
import SystemPackage

/// Whole files of text.
package enum FileText {
  package static func read(_ path: String) throws(Errno) -> String {
    String(decoding: try FileBytes.read(path), as: UTF8.self)
  }

  /// A file that nobody else's link leads away.
  package static func write(_ text: String, to path: String) throws(Errno) {
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
    try check(file)
    let bytes = Array(text.utf8)
    let count = retryingInterrupts { unsafe Glibc.write(file, bytes, bytes.count) }
    let error = count == -1 ? Errno.last : Errno.noSpace
    try check(close(file))
    if count != bytes.count { throw error }
  }

  package static func move(_ path: String, to newPath: String) throws(Errno) {
    try check(unsafe rename(path, newPath))
  }
}
