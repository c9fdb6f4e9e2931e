import Platform
import Synchronization
import SystemPackage

/// What both sides of a wake-up share: an eventfd and whether it has been signaled.
final class WakeupDescriptor: Sendable {
  let fd: FileDescriptor
  private let isSignaled = Atomic<Bool>(false)

  init() throws(EventLoopError) {
    do throws(Errno) { fd = try EventDescriptor.make() } catch { throw .noWakeup(error) }
  }

  deinit { Socket.close(fd) }

  func signal() {
    // The exchange, not a look: its release is what makes the caller's work visible to the handler.
    if !isSignaled.exchange(true, ordering: .acquiringAndReleasing) { EventDescriptor.add(fd) }
  }

  /// Before the handler looks for work, so that work which comes while it looks signals again.
  func clear() {
    EventDescriptor.drain(fd)
    _ = isSignaled.exchange(false, ordering: .acquiringAndReleasing)
  }
}
