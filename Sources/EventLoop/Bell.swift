import Platform
import Synchronization
import SystemPackage

/// What both sides of a wake-up share: an eventfd and whether it has been rung.
final class Bell: Sendable {
  let fd: FileDescriptor
  private let isRung = Atomic<Bool>(false)

  init() throws(EventLoopError) {
    do throws(Errno) { fd = try EventDescriptor.make() } catch { throw .noWakeup(error) }
  }

  deinit { Socket.close(fd) }

  func ring() {
    // The exchange, not a look: its release is what makes the caller's work visible to the handler.
    if !isRung.exchange(true, ordering: .acquiringAndReleasing) { EventDescriptor.add(fd) }
  }

  /// Before the handler looks for work, so that work which comes while it looks rings again.
  func silence() {
    EventDescriptor.drain(fd)
    _ = isRung.exchange(false, ordering: .acquiringAndReleasing)
  }
}
