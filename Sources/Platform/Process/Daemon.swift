import Glibc
import SystemPackage

// Going to the background, with an honest exit status.
//
//    shell ── starts ──▶ parent ── fork ──▶ child: own session, binds its sockets, …
//      ▲                   │ waits                      │
//      │                   ▼                            ▼
//      └── exit status ◀── report: 0 ◀───────────── reportReady(): streams to /dev/null, serves on
//                          report: status, text ◀── fail(): the parent prints the text, both exit with the status
//                          nothing: the child died; 71
//
// `detach` returns in the child only. The working directory stays, so that relative paths that are read again later (the
// auth file at SIGHUP) go on meaning the same.
//
// Why fork(2) is safe here though Swift's importer hides it: after a fork only the forking thread exists in the child, so
// a lock that another thread held would stay locked for ever, in the allocator or in Swift's runtime. `detach` refuses to
// fork when the process has a second thread. It must come before any thread, event loop (an epoll descriptor would be
// shared) and lock of memory (not inherited).

package struct Daemon: ~Copyable {
  /// The status when the child ends without a word: EX_OSERR.
  private static let diedStatus: Int32 = 71

  private let report: FileDescriptor

  /// Returns in the child. The parent waits for its report and exits.
  package static func detach() throws(Errno) -> Daemon {
    if threadCount > 1 { throw Errno.resourceBusy }
    let (parentEnd, childEnd) = try Socket.pair(isBlocking: true)
    // What stands in the buffers would be written by both.
    fflush(nil)
    let child = HiddenFunctions.fork()
    if child == -1 {
      let error = Errno.last
      Socket.close(parentEnd)
      Socket.close(childEnd)
      throw error
    }
    if child > 0 {
      Socket.close(childEnd)
      awaitReport(from: parentEnd, of: child)
    }
    Socket.close(parentEnd)
    try check(setsid())
    return Daemon(report: childEnd)
  }

  deinit { Socket.close(report) }

  /// All is bound: the standard streams go to /dev/null and the parent exits with 0.
  package consuming func reportReady() throws(Errno) {
    try Daemon.silenceStandardStreams()
    send([0])
  }

  /// The parent prints `message` and both exit with `status`.
  package consuming func fail(_ message: String, status: Int32) -> Never {
    send([UInt8(clamping: status)] + Array(message.utf8))
    _exit(status)
  }

  /// Standard input, output and error on /dev/null.
  package static func silenceStandardStreams() throws(Errno) {
    let null = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
    try check(null)
    defer { if null > STDERR_FILENO { Glibc.close(null) } }
    for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { try check(dup2(null, stream)) }
  }

  /// Those of the three that whoever started this process had closed lead to /dev/null. Else the next descriptors would have
  /// their numbers, and a line of the log would go into a client's connection or wake a signal's handler. To be called before
  /// anything is opened.
  package static func openStandardStreams() {
    var last: Int32 = STDIN_FILENO
    while last <= STDERR_FILENO {
      last = unsafe open("/dev/null", O_RDWR)
      if last < 0 { return }
    }
    Glibc.close(last)
  }

  /// A parent that has been killed receives nothing; that is no reason to stop.
  private borrowing func send(_ bytes: [UInt8]) {
    _ = Socket.send(report, bytes.span)
  }

  private static func awaitReport(from socket: FileDescriptor, of child: pid_t) -> Never {
    var report = ByteBuffer(capacity: 4096)
    while report.space > 0, case .bytes = report.receive(from: socket) {}
    let status = report.isEmpty ? diedStatus : Int32(report.bytes[0])
    if report.isEmpty {
      complain("the daemon ended (\(ending(of: child))) before it was ready")
    } else if status != 0 {
      report.consume(1)
      complain(report.text)
    }
    // Not exit: what the child shall do at its end is not for the parent to do.
    _exit(status)
  }

  private static func complain(_ message: String) {
    _ = try? FileDescriptor.standardError.writeAll((message + "\n").utf8)
  }

  private static func ending(of child: pid_t) -> String {
    var status: Int32 = 0
    _ = retryingInterrupts { unsafe waitpid(child, &status, 0) }
    let signal = status & 0x7f
    return signal == 0 ? "status \(status >> 8 & 0xff)" : "signal \(signal)"
  }

  /// The links of its task directory are `.`, `..` and one a thread; 1 where there is no /proc.
  private static var threadCount: Int {
    var status = Glibc.stat()
    return unsafe lstat("/proc/self/task", &status) == 0 ? Int(status.st_nlink) - 2 : 1
  }
}
