import ItemStore
import Platform

/// Stamps that lie ahead, given anew between two links; see `ItemStore+Restamp`.
extension LinkDriver {
  /// This side's clocks, as it says them.
  var clock: ClockReading {
    ClockReading(
      unixMicroseconds: configuration.unixMicroseconds(), highestStamp: replicator.highestStamp)
  }

  /// The link machine may say so again until it is done.
  func restamp(above peer: Stamp) {
    if restamping != nil || link != nil { return }
    restamping = replicator.beginRestamping(above: peer, at: updateTime())
  }

  /// Buckets between two looks at the time.
  private static let bucketsPerLook = 64

  /// As much as a pass has time for, while there is no link. Returns whether there is more.
  func restampSome() -> Bool {
    guard var work = restamping else { return false }
    budget.begin()
    var hasMore = true
    while hasMore, !budget.isSpent { hasMore = store.restamp(&work, buckets: Self.bucketsPerLook) }
    restamping = hasMore ? work : nil
    if !hasMore { configuration.log("replication: \(work.count) items from ahead of the clock have new stamps") }
    return hasMore
  }

  /// Before a link that says no hello.
  func endRestamping() {
    while restampSome() {}
  }
}
