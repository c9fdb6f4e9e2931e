import Foundation
import Glibc
import Synchronization

// The rig's only door to the C library, and so its only file with `unsafe` in it. Everything below is blocking, takes and
// returns plain values, and reports a failure as a `RigError` that names the call. Descriptors are close-on-exec without
// exception: a daemon that inherited one end of a test's connection would keep it open after the test closed it.
//
// Nothing here knows what a daemon, a client or a test is.

enum Kernel {
  // MARK: Descriptors

  static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  /// A file without a name: a child writes its log there, the test reads it at any offset, and nothing is left behind.
  static func anonymousFile() throws -> Int32 {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("repcached-\(UUID().uuidString)").path
    let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw failure("open \(path)") }
    _ = unsafe unlink(path)
    return descriptor
  }

  static func contents(of descriptor: Int32) -> [UInt8] {
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0, status.st_size > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, 0) }
    return Array(bytes.prefix(max(0, count)))
  }

  static func pipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
      throw failure("socketpair")
    }
    return (ends[0], ends[1])
  }

  static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    _ = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
  }

  static func drain(_ descriptor: Int32) {
    var byte: UInt8 = 0
    _ = unsafe Glibc.read(descriptor, &byte, 1)
  }

  // MARK: Processes

  /// No child starts between a descriptor's birth and its close-on-exec, where those are two calls.
  private static let inheritance = Mutex(())

  /// Starts a program with the given descriptors as its standard streams, null where there is none, and with no others: who reads from
  /// another child until its end, as Foundation's Process does, would wait for this one's end, too.
  static func spawn(
    _ arguments: [String], environment: [String: String], input: Int32? = nil, output: Int32?, errors: Int32?,
    ownGroup: Bool = false
  ) throws -> pid_t {
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (target, source) in [(Int32(0), input), (1, output), (2, errors)] {
      if let source {
        unsafe posix_spawn_file_actions_adddup2(&actions, source, target)
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, target, "/dev/null", O_RDWR, 0)
      }
    }
    for descriptor in openDescriptors() where descriptor > 2 {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    var everySignal = sigset_t()
    unsafe sigfillset(&everySignal)
    unsafe posix_spawnattr_setsigdefault(&attributes, &everySignal)
    var noSignal = sigset_t()
    unsafe sigemptyset(&noSignal)
    unsafe posix_spawnattr_setsigmask(&attributes, &noSignal)
    let group = ownGroup ? POSIX_SPAWN_SETPGROUP : 0
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | group))
    var argumentPointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
    var environmentPointers = unsafe environment.map { unsafe strdup("\($0.key)=\($0.value)") } + [nil]
    defer { unsafe (argumentPointers + environmentPointers).forEach { unsafe free($0) } }
    var pid: pid_t = 0
    let result = inheritance.withLock { _ in
      unsafe posix_spawnp(&pid, arguments[0], &actions, &attributes, &argumentPointers, &environmentPointers)
    }
    guard result == 0 else { throw failure("posix_spawn \(arguments[0])", result) }
    return pid
  }

  /// Of this process. One that is closed by now may be closed once more: that is no error to `posix_spawn`.
  private static func openDescriptors() -> [Int32] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []).compactMap { Int32($0) }
  }

  /// nil while the child runs; its raw wait status once it has ended, which also reaps it.
  static func reap(_ pid: pid_t) -> Int32? {
    var status: Int32 = 0
    return unsafe waitpid(pid, &status, WNOHANG) == pid ? status : nil
  }

  static func reapBlocking(_ pid: pid_t) {
    var status: Int32 = 0
    while unsafe waitpid(pid, &status, 0) < 0 && errno == EINTR {}
  }

  @discardableResult static func signal(_ pid: pid_t, _ number: Int32) -> Bool { kill(pid, number) == 0 }

  /// Stops a process; returns when each of its threads stands still.
  static func stop(_ pid: pid_t) {
    signal(pid, SIGSTOP)
    let tasks = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
    for thread in threads {
      for _ in 0..<25_000 {
        let state = try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)
        if state?.contains(") T ") ?? true { break }
        usleep(200)
      }
    }
  }

  static func sleep(microseconds: UInt32) { usleep(microseconds) }

  /// Lifts the soft limit of open descriptors to the hard one and says what that is.
  static func raiseDescriptorLimit() -> Int {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return 1024 }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return Int(clamping: limit.rlim_max)
  }

  // MARK: Sockets

  /// - Parameter isDatagram: UDP, to that address and from it alone.
  static func connect(to endpoint: Endpoint, receiveBuffer: Int32? = nil, isDatagram: Bool = false) throws -> Int32 {
    let address = try socketAddress(of: endpoint)
    let kind = isDatagram ? SOCK_DGRAM : SOCK_STREAM
    let descriptor = socket(Int32(address[0]), Int32(kind.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("socket") }
    if let receiveBuffer { setOption(descriptor, SOL_SOCKET, SO_RCVBUF, receiveBuffer) }
    guard unsafe withAddress(address, { unsafe Glibc.connect(descriptor, $0, $1) }) == 0
    else {
      let error = failure("connect to \(endpoint)")
      close(descriptor)
      throw error
    }
    if case .tcp = endpoint, !isDatagram { setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
    return descriptor
  }

  static func listen(on endpoint: Endpoint) throws -> Int32 {
    let descriptor = try bind(to: endpoint)
    if Glibc.listen(descriptor, 128) == 0 { return descriptor }
    defer { close(descriptor) }
    throw failure("listen on \(endpoint)")
  }

  /// Of a stream, to be listened on. Fails where somebody listens.
  static func bind(to endpoint: Endpoint) throws -> Int32 {
    let address = try socketAddress(of: endpoint)
    let descriptor = socket(Int32(address[0]), Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw failure("socket") }
    setOption(descriptor, SOL_SOCKET, SO_REUSEADDR, 1)
    if case .tcp = endpoint, address[0] == UInt8(AF_INET6) {
      setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
    }
    if unsafe withAddress(address, { unsafe Glibc.bind(descriptor, $0, $1) }) == 0 { return descriptor }
    defer { close(descriptor) }
    throw failure("listen on \(endpoint)")
  }

  static func accept(_ listener: Int32) -> Int32? {
    let descriptor = inheritance.withLock { _ in
      let descriptor = Glibc.accept(listener, nil, nil)
      if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
      return descriptor
    }
    guard descriptor >= 0 else { return nil }
    setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
    return descriptor
  }

  /// Closing after this sends a reset instead of an orderly end, and leaves no TIME_WAIT behind.
  static func resetOnClose(_ descriptor: Int32) {
    var setting = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
  }

  static func endOutput(_ descriptor: Int32) { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// TCP segments with data that came in on this connection (`tcpi_data_segs_in`), 0 where the system does not say.
  static func segments(on descriptor: Int32) -> Int {
    var words = [UInt32](repeating: 0, count: 40)
    var count = socklen_t(160)
    let isKnown = unsafe getsockopt(descriptor, Int32(IPPROTO_TCP), TCP_INFO, &words, &count) == 0 && count == 160
    return isKnown ? Int(words[38]) : 0
  }

  enum Transfer: Equatable { case bytes(Int), wouldBlock, closed, failed(String) }

  static func send(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) -> Transfer {
    let count = unsafe bytes.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    }
    if count >= 0 { return .bytes(count) }
    return errno == EAGAIN || errno == EINTR ? .wouldBlock : .failed(text(of: errno))
  }

  static func receive(from descriptor: Int32, into buffer: inout [UInt8]) -> Transfer {
    let count = unsafe buffer.withUnsafeMutableBytes {
      unsafe recv(descriptor, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT))
    }
    if count > 0 { return .bytes(count) }
    if count == 0 { return .closed }
    if errno == EAGAIN || errno == EINTR { return .wouldBlock }
    return errno == ECONNRESET || errno == EPIPE ? .closed : .failed(text(of: errno))
  }

  struct Interest: OptionSet {
    let rawValue: Int16
    static let readable = Interest(rawValue: Int16(POLLIN))
    static let writable = Interest(rawValue: Int16(POLLOUT))
  }

  /// What is ready of each descriptor, a hang-up or an error counted as readable; all empty when the time is up.
  static func poll(_ descriptors: [(Int32, Interest)], milliseconds: Int) -> [Interest] {
    var entries = descriptors.map { pollfd(fd: $0.0, events: $0.1.rawValue, revents: 0) }
    _ = unsafe Glibc.poll(&entries, nfds_t(entries.count), Int32(clamping: milliseconds))
    return entries.map {
      let ended = $0.revents & Int16(POLLHUP | POLLERR) != 0
      return Interest(rawValue: $0.revents & Int16(POLLIN | POLLOUT)).union(ended ? .readable : [])
    }
  }

  // MARK: Addresses and errors

  private static func setOption(_ descriptor: Int32, _ level: Int32, _ name: Int32, _ value: Int32) {
    var value = value
    _ = unsafe setsockopt(descriptor, level, name, &value, socklen_t(MemoryLayout<Int32>.size))
  }

  private static func withAddress(_ bytes: [UInt8], _ call: (UnsafePointer<sockaddr>?, socklen_t) -> Int32) -> Int32 {
    unsafe bytes.withUnsafeBytes {
      unsafe call($0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
  }

  /// The bytes of a `sockaddr_in`, `sockaddr_in6` or `sockaddr_un`, put together by hand: no cast between C structs.
  private static func socketAddress(of endpoint: Endpoint) throws -> [UInt8] {
    switch endpoint {
    case .unix(let path): return [UInt8(AF_UNIX), 0] + Array(path.utf8) + [0]
    case .tcp(let host, let port):
      let portBytes = [UInt8(port >> 8), UInt8(port & 0xff)]
      let isV6 = host.contains(":")
      var raw = [UInt8](repeating: 0, count: isV6 ? 16 : 4)
      let known = unsafe raw.withUnsafeMutableBytes {
        unsafe inet_pton(isV6 ? AF_INET6 : AF_INET, host, $0.baseAddress)
      }
      guard known == 1 else { throw RigError("\(host) is not a numeric address") }
      guard isV6 else { return [UInt8(AF_INET), 0] + portBytes + raw + [UInt8](repeating: 0, count: 8) }
      return [UInt8(AF_INET6), 0] + portBytes + [0, 0, 0, 0] + raw + [0, 0, 0, 0]
    }
  }

  private static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }

  private static func failure(_ call: String, _ code: Int32 = errno) -> RigError {
    RigError("\(call): \(text(of: code))")
  }
}
