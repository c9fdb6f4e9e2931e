import Glibc
import SystemPackage

// A thread of the kernel with a name. One that is started is joined, or what it has is kept after its end; one that is detached is waited
// for by nobody, and keeps nothing.
//
// The body goes to the new thread as a retained box behind pthread_create's argument; the entry function is a global
// `nonisolated` one, for a closure written in top-level code would be isolated to the main actor and die on the new
// thread. Signals stay with the thread that starts others: the new one is born with all but the synchronous ones
// blocked, so that no handler interrupts a worker.

package struct Thread: Sendable {
  private let handle: pthread_t

  /// The kernel keeps 15 bytes of the name.
  package static func start(name: String, _ body: sending @escaping () -> Void) throws(Errno) -> Thread {
    let entry = unsafe Unmanaged.passRetained(ThreadEntry(name: name, body: body))
    var handle = pthread_t()
    let error = withSignalsBlocked { unsafe pthread_create(&handle, nil, enterThread, entry.toOpaque()) }
    if error != 0 {
      unsafe entry.release()
      throw Errno(rawValue: error)
    }
    return Thread(handle: handle)
  }

  /// Starts one that nobody joins. The kernel keeps 15 bytes of the name.
  package static func detach(name: String, _ body: sending @escaping () -> Void) throws(Errno) {
    let thread = try start(name: name, body)
    pthread_detach(thread.handle)
  }

  /// Waits for the body's end. Once, and not from the thread itself.
  package func join() {
    pthread_join(handle, nil)
  }

  private static func withSignalsBlocked<Result>(_ body: () -> Result) -> Result {
    var blocked = sigset_t()
    var before = sigset_t()
    unsafe sigfillset(&blocked)
    for fault in [SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGABRT, SIGSYS] { unsafe sigdelset(&blocked, fault) }
    unsafe pthread_sigmask(SIG_SETMASK, &blocked, &before)
    defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
    return body()
  }
}

private final class ThreadEntry {
  let name: String
  let body: () -> Void

  init(name: String, body: @escaping () -> Void) {
    self.name = name
    self.body = body
  }
}

private nonisolated func enterThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
  guard let argument = unsafe argument else { return nil }
  let entry = unsafe Unmanaged<ThreadEntry>.fromOpaque(argument).takeRetainedValue()
  let name = String(decoding: entry.name.utf8.prefix(15), as: UTF8.self)
  _ = unsafe HiddenFunctions.nameThread(pthread_self(), name)
  entry.body()
  return nil
}

extension Thread {
  /// Rests the calling thread for so long, to some 50 microseconds; a signal may end it sooner.
  package static func sleep(nanoseconds: UInt64) {
    var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
    unsafe nanosleep(&time, nil)
  }
}
