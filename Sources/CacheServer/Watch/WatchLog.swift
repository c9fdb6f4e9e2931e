import ItemStore
import MemcacheProtocol
import Platform

/// What goes on, for those who watch: `watch`.
///
/// ```
///   worker, evictor, link … ──write(kind)──▶ one line ──▶ │ watcher │ watcher │ …   buffers of bounded size
///                                                             │ full: the line is skipped, and so many are told of later
///                                                             ▼
///                                        its connection's worker, every few milliseconds ──▶ the client
/// ```
///
/// **Purpose.** Lines in memcached's form, made where something happens and only while somebody watches its kind, which `Observation`
/// tells without a lock. Nobody waits for who watches: a buffer that is full takes no more.
///
/// **Lock.** One spin lock over the watchers and the line in the making, for the few hundred instructions that a line takes. It is taken
/// inside of the store's locks, for evictions are told under them, so nothing is allocated and no system call is made
/// with it held.
@safe final class WatchLog: @unchecked Sendable {
  private let observation: Observation
  private let bufferBytes: Int
  private let lock = SpinLock()
  private var watchers: [Watcher] = []
  private var line = ByteBuffer(capacity: WatchLog.maxLineBytes)
  private var counts = Counts()
  /// Of the last line, since the start.
  private var number: UInt64 = 0
  /// Told which kinds are watched from now on.
  private var whenChanged: @Sendable (WatchKinds) -> Void = { _ in }

  /// As memcached.
  static let maxWatchers = 20
  /// The longest text that a client chose takes four bytes for one.
  private static let maxLineBytes = 4096
  static let maxTextBytes = 512

  struct Counts: Sendable {
    /// Lines made, and of these for each watcher those it was given and those it had no room for.
    fileprivate(set) var written: UInt64 = 0
    fileprivate(set) var sent: UInt64 = 0
    fileprivate(set) var skipped: UInt64 = 0
    fileprivate(set) var watchers = 0
  }

  /// - Parameter bufferBytes: of what a watcher has not read.
  init(_ observation: Observation, bufferBytes: Int = 256 << 10) {
    self.observation = observation
    self.bufferBytes = bufferBytes
    watchers.reserveCapacity(Self.maxWatchers)
  }

  /// Before the first watcher comes.
  func setWhenChanged(_ body: @escaping @Sendable (WatchKinds) -> Void) { lock.withLock { whenChanged = body } }

  func isWatched(_ kinds: WatchKinds) -> Bool { observation.current.watches(kinds) }

  var values: Counts {
    lock.withLock {
      var counts = self.counts
      counts.watchers = watchers.count
      return counts
    }
  }

  func resetCounts() { lock.withLock { counts = Counts() } }

  // MARK: Writing

  /// A line of that kind, of which `body` writes what follows its number.
  func write(_ kind: WatchKinds, _ body: (inout ByteBuffer) -> Void) {
    if !isWatched(kind) { return }
    let now = SystemClock.unixMicroseconds()
    lock.lock()
    defer { lock.unlock() }
    counts.written &+= 1
    number &+= 1
    line.clear()
    line.append("ts=")
    line.append(decimal: now / 1_000_000)
    line.append(".")
    line.append(padded: now % 1_000_000)
    line.append(" gid=")
    line.append(decimal: number)
    line.append(" ")
    body(&line)
    line.append("\n")
    for watcher in watchers where !watcher.kinds.isDisjoint(with: kind) {
      if watcher.offer(line.bytes) { counts.sent &+= 1 } else { counts.skipped &+= 1 }
    }
  }

  // MARK: Watchers

  /// Nil where there are as many as there may be.
  func subscribe(_ kinds: WatchKinds) -> WatchSubscription? {
    let watcher = Watcher(kinds, bufferBytes: bufferBytes)
    let isIn = lock.withLock {
      if watchers.count >= Self.maxWatchers { return false }
      watchers.append(watcher)
      noteKinds()
      return true
    }
    return isIn ? WatchSubscription(log: self, watcher: watcher) : nil
  }

  fileprivate func remove(_ watcher: Watcher) {
    lock.withLock {
      watchers.removeAll { $0 === watcher }
      noteKinds()
    }
  }

  private func noteKinds() {
    let kinds = watchers.reduce(into: WatchKinds()) { $0.formUnion($1.kinds) }
    observation.setKinds(kinds)
    whenChanged(kinds)
  }

  fileprivate func take(_ watcher: Watcher, to bytes: inout ByteBuffer, atMost limit: Int) -> Bool {
    lock.lock()
    defer { lock.unlock() }
    return watcher.take(to: &bytes, atMost: limit)
  }

  fileprivate func hasLines(_ watcher: Watcher) -> Bool { lock.withLock { watcher.hasLines } }
}

/// Somebody who watches, as long as it is kept.
final class WatchSubscription: Sendable {
  private let log: WatchLog
  private let watcher: Watcher

  fileprivate init(log: WatchLog, watcher: Watcher) {
    self.log = log
    self.watcher = watcher
  }

  deinit { log.remove(watcher) }

  var hasLines: Bool { log.hasLines(watcher) }

  /// Moves some bytes of its lines; false where there are none.
  func take(to bytes: inout ByteBuffer, atMost limit: Int) -> Bool { log.take(watcher, to: &bytes, atMost: limit) }
}

/// The lines of one who watches, under the log's lock: one buffer is filled while the other is read, so no line is moved.
@safe private final class Watcher: @unchecked Sendable {
  let kinds: WatchKinds
  private let limit: Int
  private var filled: ByteBuffer
  private var read: ByteBuffer
  private var skipped: UInt64 = 0

  /// `skipped=` and its number.
  private static let maxSkipBytes = 32

  init(_ kinds: WatchKinds, bufferBytes: Int) {
    self.kinds = kinds
    limit = max(bufferBytes / 2, 1024)
    filled = ByteBuffer(capacity: limit)
    read = ByteBuffer(capacity: limit)
  }

  var hasLines: Bool { !filled.isEmpty || !read.isEmpty }

  /// False where there is no room.
  func offer(_ line: Span<UInt8>) -> Bool {
    guard filled.space >= line.count + Self.maxSkipBytes else {
      skipped &+= 1
      return false
    }
    if skipped > 0 {
      filled.append("skipped=")
      filled.append(decimal: skipped)
      filled.append("\n")
      skipped = 0
    }
    filled.append(line)
    return true
  }

  func take(to bytes: inout ByteBuffer, atMost count: Int) -> Bool {
    if read.isEmpty { swap(&read, &filled) }
    let count = min(count, read.count)
    if count == 0 { return false }
    bytes.append(read.bytes.extracting(first: count))
    read.consume(count)
    return true
  }
}

extension ByteBuffer {
  /// Six digits.
  fileprivate mutating func append(padded number: UInt64) {
    var least: UInt64 = 100_000
    while least > max(number, 1) {
      append(UInt8(ascii: "0"))
      least /= 10
    }
    append(decimal: number)
  }
}
