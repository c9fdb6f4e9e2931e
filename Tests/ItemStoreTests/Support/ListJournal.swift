import ItemStore
import Synchronization

@testable import ItemStore

/// Keeps what it is told.
final class ListJournal: MutationJournal {
  private let heard = Mutex<(items: [HeldItem], flushes: [FlushState], depth: Int)>(([], [], 0))

  var items: [HeldItem] { heard.withLock { $0.items } }
  var flushes: [FlushState] { heard.withLock { $0.flushes } }
  /// `willMutate` less `didMutate`.
  var depth: Int { heard.withLock { $0.depth } }

  func willMutate() { heard.withLock { $0.depth += 1 } }
  func record(_ item: borrowing ItemView) {
    let held = HeldItem(item)
    heard.withLock { $0.items.append(held) }
  }
  func recordFlush(_ state: FlushState) { heard.withLock { $0.flushes.append(state) } }
  func didMutate() { heard.withLock { $0.depth -= 1 } }
}
