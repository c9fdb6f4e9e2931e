// `environ` is the process's own, and nobody changes it.
@unsafe @preconcurrency import Glibc
import SystemPackage

/// Another program, run to its end, and what it has written to standard output. Its errors go where this process's do.
package enum ChildRun {
  /// - Parameter arguments: the program, found by PATH, and its arguments.
  /// - Returns: its status, 128 and the signal's number where one has ended it.
  package static func run(_ arguments: [String]) throws(Errno) -> (status: Int32, output: String) {
    let pipe = try pipe()
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_adddup2(&actions, pipe.write, 1)
    var pid: pid_t = 0
    let words: [UnsafeMutablePointer<CChar>?] = unsafe arguments.map { unsafe strdup($0) } + [nil]
    defer { unsafe words.forEach { unsafe free($0) } }
    let failure = unsafe posix_spawnp(&pid, arguments.first ?? "", &actions, nil, words, environ)
    _ = close(pipe.write)
    let reader = FileDescriptor(rawValue: pipe.read)
    defer { _ = close(pipe.read) }
    if failure != 0 { throw Errno(rawValue: failure) }
    let output = try all(of: reader)
    return (wait(pid), String(decoding: output, as: UTF8.self))
  }

  private static func pipe() throws(Errno) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else { throw .last }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func all(of reader: FileDescriptor) throws(Errno) -> [UInt8] {
    var output: [UInt8] = []
    while true {
      let next = try FileBytes.next(of: reader, atMost: 64 << 10)
      if next.isEmpty { return output }
      output += next
    }
  }

  private static func wait(_ pid: pid_t) -> Int32 {
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) == -1 && errno == EINTR {}
    return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
  }
}
