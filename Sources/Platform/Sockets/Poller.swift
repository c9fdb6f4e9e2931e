import Glibc
import SystemPackage

// epoll(7) and nothing around it, for programs that need no event loop: the load generator, tests.
//
// Invariants. Level-triggered. A descriptor bears a token of the caller's; closing the descriptor removes it. What
// `wait` found stays until the next `wait`. An error or a hang-up is reported as readable and writable, so that the
// next call on the socket says what it is.
// Swift's import of the C library leaves epoll out, so its struct is written by hand: 32 bits of events, then 64 bits of
// data, packed on x86-64 and nowhere else.
// Locks: none; one owner. It must not know what the tokens mean.

@safe package struct Poller: ~Copyable, @unchecked Sendable {
  private static let capacity = 256
  #if arch(x86_64)
    private static let stride = 12
    private static let dataOffset = 4
  #else
    private static let stride = 16
    private static let dataOffset = 8
  #endif
  private static let failures: UInt32 = 0x8 | 0x10
  private static let closeOnExec = O_CLOEXEC

  private let descriptor: Int32
  private let events: UnsafeMutableRawPointer

  package init() throws(Errno) {
    descriptor = HiddenFunctions.epollCreate(Poller.closeOnExec)
    unsafe events = .allocate(byteCount: Poller.capacity * Poller.stride, alignment: 8)
    if descriptor == -1 {
      let error = Errno.last
      unsafe events.deallocate()
      throw error
    }
  }

  deinit {
    unsafe events.deallocate()
    _ = close(descriptor)
  }

  package func add(_ file: FileDescriptor, token: UInt32, _ interest: PollInterest) throws(Errno) {
    try control(1, file, token, interest)
  }

  package func change(_ file: FileDescriptor, token: UInt32, _ interest: PollInterest) throws(Errno) {
    try control(3, file, token, interest)
  }

  package func remove(_ file: FileDescriptor) throws(Errno) {
    try control(2, file, 0, [])
  }

  /// How many descriptors are ready: at once if any is, else as soon as one is or the time is over. nil waits for ever.
  /// A signal ends the wait early. Right to the microsecond, as far as the kernel's timers are.
  package mutating func wait(nanoseconds: UInt64?) -> Int {
    guard let nanoseconds else { return collect(milliseconds: -1) }
    if nanoseconds > 0 { sleep(nanoseconds) }
    return collect(milliseconds: 0)
  }

  package func token(at position: Int) -> UInt32 {
    precondition(position >= 0 && position < Poller.capacity)
    let data = unsafe events.loadUnaligned(
      fromByteOffset: position &* Poller.stride &+ Poller.dataOffset, as: UInt64.self)
    return UInt32(truncatingIfNeeded: data)
  }

  package func readiness(at position: Int) -> PollInterest {
    precondition(position >= 0 && position < Poller.capacity)
    let bits = unsafe events.loadUnaligned(fromByteOffset: position &* Poller.stride, as: UInt32.self)
    return bits & Poller.failures != 0 ? [.readable, .writable] : PollInterest(rawValue: bits)
  }

  /// epoll_wait(2) counts in milliseconds; ppoll(2) on the epoll descriptor counts in nanoseconds.
  private func sleep(_ nanoseconds: UInt64) {
    var file = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    _ = unsafe HiddenFunctions.ppoll(&file, 1, &time, nil)
  }

  private func collect(milliseconds: Int32) -> Int {
    let count = unsafe HiddenFunctions.epollWait(descriptor, events, Int32(Poller.capacity), milliseconds)
    return max(0, Int(count))
  }

  private func control(
    _ operation: Int32, _ file: FileDescriptor, _ token: UInt32, _ interest: PollInterest
  ) throws(Errno) {
    var event: (UInt64, UInt64) = (0, 0)
    let result = unsafe withUnsafeMutableBytes(of: &event) { bytes in
      unsafe bytes.storeBytes(of: interest.rawValue, as: UInt32.self)
      unsafe bytes.storeBytes(of: UInt64(token), toByteOffset: Poller.dataOffset, as: UInt64.self)
      return unsafe HiddenFunctions.epollControl(descriptor, operation, file.rawValue, bytes.baseAddress)
    }
    try check(result)
  }
}

/// What a `Poller` waits for. The bits are epoll's.
package struct PollInterest: OptionSet, Sendable {
  package let rawValue: UInt32

  package init(rawValue: UInt32) { self.rawValue = rawValue }

  package static let readable = PollInterest(rawValue: 0x1)
  package static let writable = PollInterest(rawValue: 0x4)
}
