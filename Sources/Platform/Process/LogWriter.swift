import Glibc
import SystemPackage

// Log lines for a file that may take them slowly, or never: a pipe that nobody reads, a terminal that is held, a disk that
// is full. Who has something to say never waits.
//
//    any thread: write(line) ──▶ queue, at most `limit` bytes ──▶ the writer's thread ──▶ file
//                                 └ full: dropped and counted         └ it alone waits, or is refused: counted, too
//
// A thread, and not a poll before each write: poll(2) tells of room that another thread, or another process on the same
// pipe, may take first. O_NONBLOCK would be set for all who share the terminal.
//
// Invariants. Lines of all threads stand in the order of the queue. What a full queue dropped is told where it is missing,
// behind the last line that had room; what the file refused, before the next that it takes. Lines go out whole, and as
// many at once as a pipe takes without mixing them with another process's.
// The thread is started by the first line after `begin`: a process that forks has none before, and who logs nothing has
// none at all. It ends with the process.

package final class LogWriter: Sendable {
  private struct Queue {
    var bytes: [UInt8] = []
    /// Lines for which there was no room since the thread took the last ones.
    var unreported: UInt64 = 0
    var dropped: UInt64 = 0
    var mayRun = false
    var isRunning = false
    /// The thread has taken lines and they are not out.
    var isWriting = false
  }

  private let file: FileDescriptor
  private let limit: Int
  private let queue = Monitor(Queue())

  /// - Parameter limit: bytes that may wait. As many may be on their way out.
  package init(to file: FileDescriptor, limit: Int = 1 << 20) {
    self.file = file
    self.limit = limit
  }

  /// Lines that were not written, since the start.
  package var droppedLines: UInt64 { queue.with { $0.dropped } }

  /// From any thread; at once.
  package func write(_ line: String) {
    let isFirst = queue.change { queue in
      let text = line.utf8
      if queue.bytes.count + text.count < limit {
        queue.bytes.append(contentsOf: text)
        queue.bytes.append(Self.lineEnd)
      } else {
        queue.unreported += 1
        queue.dropped += 1
      }
      return Self.mustStart(&queue)
    }
    if isFirst { start() }
  }

  /// From now on there may be a thread.
  package func begin() {
    let isDue = queue.change { queue in
      queue.mayRun = true
      return Self.mustStart(&queue)
    }
    if isDue { start() }
  }

  /// Waits until all lines are out, but no longer than this. Tells whether they are.
  @discardableResult package func flush(within limit: Duration) -> Bool {
    begin()
    let deadline = SystemClock.monotonicNanoseconds() &+ UInt64(max(limit, .zero) / .nanoseconds(1))
    return queue.waitFor(until: deadline) { $0.bytes.isEmpty && !$0.isWriting ? true : nil } ?? false
  }

  // MARK: The thread

  private static func mustStart(_ queue: inout Queue) -> Bool {
    guard queue.mayRun, !queue.isRunning, !queue.bytes.isEmpty else { return false }
    queue.isRunning = true
    return true
  }

  /// Where there can be no thread now, the next line tries again.
  private func start() {
    do throws(Errno) { try Thread.detach(name: "log") { [self] in run() } } catch {
      queue.change { $0.isRunning = false }
    }
  }

  private func run() {
    // Lines that the file refused since it took one last, and that nobody has been told of.
    var refused: UInt64 = 0
    while let (lines, unreported) = queue.waitFor({ Self.take(&$0) }) {
      if writeNotice(refused) { refused = 0 }
      let lost = writeLines(lines)
      refused += lost
      if !writeNotice(unreported) { refused += unreported }
      queue.change {
        $0.isWriting = false
        $0.dropped += lost
      }
    }
  }

  private static func take(_ queue: inout Queue) -> (lines: [UInt8], unreported: UInt64)? {
    if queue.bytes.isEmpty { return nil }
    defer {
      queue.bytes = []
      queue.unreported = 0
      queue.isWriting = true
    }
    return (queue.bytes, queue.unreported)
  }

  /// False when it is not told.
  private func writeNotice(_ count: UInt64) -> Bool {
    if count == 0 { return true }
    let text = "repcached: warning: \(count) log line\(count == 1 ? "" : "s") dropped\n"
    return write(ArraySlice(text.utf8))
  }

  /// How many lines the file did not take.
  private func writeLines(_ lines: [UInt8]) -> UInt64 {
    var rest = lines[...]
    while !rest.isEmpty {
      let end = Self.endOfLines(in: rest)
      guard write(rest[..<end]) else { return UInt64(rest.count { $0 == Self.lineEnd }) }
      rest = rest[end...]
    }
    return 0
  }

  private static let lineEnd = UInt8(ascii: "\n")
  /// PIPE_BUF: bytes that a pipe takes without others between them.
  private static let maxBytesAtOnce = 4096

  /// Behind the last line that goes out with the first, or behind the first.
  private static func endOfLines(in bytes: ArraySlice<UInt8>) -> Int {
    let last = bytes.prefix(maxBytesAtOnce).lastIndex(of: lineEnd) ?? bytes.firstIndex(of: lineEnd)
    return last.map { $0 + 1 } ?? bytes.endIndex
  }

  /// Waits as long as it takes; false when the file refuses.
  private func write(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(file.rawValue, $0.baseAddress, $0.count) }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno == EAGAIN {
        // Somebody who shares the file has set it so.
        var entry = pollfd(fd: file.rawValue, events: Int16(POLLOUT), revents: 0)
        _ = unsafe poll(&entry, 1, -1)
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
