import Glibc
import SystemPackage

// The number of this process, for those who want to signal it.
//
// It is written in place, so that a file made ready by root for an unprivileged daemon works in a directory that the
// daemon cannot write. Every step is checked, for a full disk shows itself at the write or as late as at the close. What
// could not be written whole is removed, if it is a file: `-P /dev/full` must not cost a device.
// It is removed at the end only while it holds our number: another daemon may have been told the same path.

package struct PidFile: Sendable {
  package let path: String

  /// Writes it.
  package init(path: String) throws(Errno) {
    self.path = path
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    try check(file)
    do throws(Errno) {
      try PidFile.fill(FileDescriptor(rawValue: file))
    } catch {
      if FileKind(path: path) == .regular { unsafe unlink(path) }
      throw error
    }
  }

  /// Removes it if it is still ours.
  package func remove() {
    if PidFile.read(path: path) == getpid() { unsafe unlink(path) }
  }

  /// The number in a pid file.
  package static func read(path: String) -> Int32? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if file == -1 { return nil }
    defer { Glibc.close(file) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let size = bytes.count
    let count = retryingInterrupts { unsafe Glibc.read(file, &bytes, size) }
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 > 0x20 }, as: UTF8.self))
  }

  /// Closes it, too.
  private static func fill(_ file: FileDescriptor) throws(Errno) {
    let text = Array("\(getpid())\n".utf8)
    let count = retryingInterrupts { unsafe write(file.rawValue, text, text.count) }
    let writeError: Errno? = count == text.count ? nil : count == -1 ? .last : .noSpace
    let closed = Glibc.close(file.rawValue)
    if let writeError { throw writeError }
    try check(closed)
  }
}
