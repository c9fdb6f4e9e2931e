import Glibc
import SystemPackage

// What the kernel tells of a process under /proc: small texts without a size, and directories of numbers.

package enum ProcessFiles {
  /// The text of a file of the process, e.g. `stat` or `task/12/schedstat`.
  package static func text(pid: Int32, _ name: String) throws(Errno) -> String {
    try FileText.read("/proc/\(pid)/\(name)")
  }

  /// The numbers of the threads that a process has now.
  package static func threads(pid: Int32) throws(Errno) -> [Int32] {
    guard let directory = unsafe opendir("/proc/\(pid)/task") else { throw .last }
    defer { unsafe closedir(directory) }
    var threads: [Int32] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if let thread = Int32(name) { threads.append(thread) }
    }
    return threads
  }
}
