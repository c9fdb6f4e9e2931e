import Synchronization

/// Wakes the link thread, but only when it sleeps: under steady load it looks at the rings by itself every millisecond,
/// and a mutation costs no system call.
///
///     worker: append to ring;  fence;  asleep?  ──yes, first──▶ wake        link: asleep = true;  fence;  rings empty?
///
/// Each side writes its own word and then, behind a fence, reads the other's, so at least one of the two sees what the
/// other wrote: no record is left in a ring while the link sleeps.
package final class LinkWaker: Sendable {
  private let asleep = Atomic<Bool>(false)
  private let wake: @Sendable () -> Void

  package init(_ wake: @escaping @Sendable () -> Void) { self.wake = wake }

  /// A worker has appended something.
  package func wakeIfAsleep() {
    atomicMemoryFence(ordering: .sequentiallyConsistent)
    guard asleep.load(ordering: .relaxed) else { return }
    if asleep.exchange(false, ordering: .acquiringAndReleasing) { wake() }
  }

  /// The link thread is about to sleep. It must look at the rings once more after this.
  package func prepareToSleep() {
    asleep.store(true, ordering: .relaxed)
    atomicMemoryFence(ordering: .sequentiallyConsistent)
  }

  package func cancelSleep() { asleep.store(false, ordering: .relaxed) }
}
