import ItemStore
import Replication
import Synchronization

@testable import CacheServer

/// A peer's stream that only counts, and remembers the stamps; the test says what becomes of it.
final class CountingJournal: WorkerJournal {
  private let stamps = Mutex<[Stamp]>([])
  let outcomes = WriteOutcomes()

  var newestStamp: Stamp { stamps.withLock { $0.last ?? .zero } }
  var position: UInt64 { stamps.withLock { UInt64($0.count) } }
  func willMutate() {}
  func record(_ item: borrowing ItemView) {
    let stamp = item.touched
    stamps.withLock { $0.append(stamp) }
  }
  func recordFlush(_ state: FlushState) { stamps.withLock { $0.append(state.issued) } }
  func didMutate() {}
  func flush() {}

  /// A peer is there.
  func begin() { outcomes.begin(at: position) }

  /// It has processed all there is.
  func acknowledge(in rig: WorkerRig) {
    outcomes.noteStreamed(upTo: position)
    rig.context.acknowledgements.wake(0)
  }

  func release(in rig: WorkerRig) {
    outcomes.release()
    rig.context.acknowledgements.wake(0)
  }

  /// - Parameter number: of the change, from 0.
  func reject(_ number: Int, _ rejection: WriteOutcomes.Rejection) {
    outcomes.reject(stamps.withLock { $0[number] }, rejection, newest: newestStamp)
  }
}
