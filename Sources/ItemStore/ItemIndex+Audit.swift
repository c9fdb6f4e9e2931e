import Synchronization

/// For the audit, while nobody else uses the index.
extension ItemIndex {
  /// What is wrong with the chains of overflow buckets: only the last may have free slots, and none may be empty.
  func auditChains() -> [String] {
    var wrong: [String] = []
    var chained = 0
    for number in 0..<bucketCount.load(ordering: .relaxed) {
      var bucket = view.bucket(number)
      while bucket.overflow != 0 {
        if bucket.firstFree != nil { wrong.append("a bucket before the last of its chain has free slots") }
        bucket = view.overflow(bucket.overflow)
        if bucket.isEmpty { wrong.append("an overflow bucket is empty") }
        chained += 1
      }
    }
    let used = table.overflowUse.used
    if chained != used { wrong.append("\(used) overflow buckets in use, \(chained) in chains") }
    return Array(wrong.prefix(5))
  }
}
