import Glibc
import SystemPackage

// The number of this process, for those who want to signal it.
//
//     root: written ──▶ give(to: account) ──▶ (privileges are dropped, the daemon serves) ──▶ remove()
//
// - It is written in place, so that a file made ready by root for an unprivileged daemon works in a directory that the
//   daemon cannot write. Every step is checked, for a full disk shows itself at the write or as late as at a close. What
//   could not be written whole is removed, if it is a file: `-P /dev/full` must not cost a device.
// - It stays open. At the end it is removed, or, where the directory does not let the account do that, emptied through
//   the descriptor that root got. Either happens only while it holds this process's number: another daemon may have been
//   told the same path.
// - The directory may be the account's own, and must not lead root to another file: a symbolic link is not followed, and
//   a file with a second name is refused.

package struct PidFile: Sendable {
  package let path: String
  private let file: FileDescriptor

  /// Writes it.
  package init(path: String) throws(Errno) {
    // Also readable: with a pipe that nobody reads, opening to write alone would wait.
    let opened = unsafe open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    try check(opened)
    self.path = path
    file = FileDescriptor(rawValue: opened)
    do throws(Errno) {
      try fill()
    } catch {
      Glibc.close(opened)
      throw error
    }
  }

  /// Makes it the account's own, as if the daemon had written it after becoming that user.
  package func give(to account: UserAccount) throws(Errno) {
    guard FileStatus(file)?.kind == .regular else { return }
    try check(fchown(file.rawValue, account.userID, account.groupID))
  }

  /// Removes it if it still has this process's number. The last that is done with it.
  package func remove() {
    defer { Glibc.close(file.rawValue) }
    guard PidFile.number(in: file.rawValue) == getpid(), let own = FileStatus(file) else { return }
    if FileStatus(path: path)?.isSameFile(as: own) == true, unsafe unlink(path) == 0 { return }
    ftruncate(file.rawValue, 0)
  }

  /// The number in a pid file.
  package static func read(path: String) -> Int32? {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if file == -1 { return nil }
    defer { Glibc.close(file) }
    return number(in: file)
  }

  private func fill() throws(Errno) {
    guard let status = FileStatus(file) else { throw Errno.last }
    let isFile = status.kind == .regular
    if isFile, status.linkCount != 1 { throw Errno.tooManyLinks }
    do throws(Errno) {
      if isFile { try check(ftruncate(file.rawValue, 0)) }
      try write("\(getpid())\n")
    } catch {
      if isFile, FileStatus(path: path)?.isSameFile(as: status) == true { unsafe unlink(path) }
      throw error
    }
  }

  private func write(_ text: String) throws(Errno) {
    let text = Array(text.utf8)
    let count = retryingInterrupts { unsafe Glibc.write(file.rawValue, text, text.count) }
    if count != text.count { throw count == -1 ? Errno.last : Errno.noSpace }
    // What a file system tells only at a close is told at the close of a copy.
    let copy = dup(file.rawValue)
    try check(copy)
    try check(Glibc.close(copy))
  }

  private static func number(in file: Int32) -> Int32? {
    var bytes = [UInt8](repeating: 0, count: 32)
    let size = bytes.count
    let count = retryingInterrupts { unsafe pread(file, &bytes, size, 0) }
    guard count > 0 else { return nil }
    return Int32(String(decoding: bytes[..<count].prefix { $0 > 0x20 }, as: UTF8.self))
  }
}
