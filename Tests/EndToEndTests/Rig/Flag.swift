import Synchronization

/// Raised once, seen by every thread.
final class Flag: Sendable {
  private let word = Atomic<Bool>(false)

  var isSet: Bool { word.load(ordering: .acquiring) }
  func set() { word.store(true, ordering: .releasing) }
}
