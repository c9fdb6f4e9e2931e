import Platform

@testable import ItemStore
@testable import Replication

/// What the two do about clocks at a join, without link machines.
extension Pair {
  /// As its hello says them.
  func clock(_ index: Int) -> ClockReading {
    ClockReading(
      unixMicroseconds: moment(index).unixMicroseconds,
      highestStamp: sides[index].replicator.highestStamp)
  }

  func agreement(_ index: Int) -> ClockAgreement {
    ClockAgreement(
      local: clock(index), peer: clock(peer(of: index)), tolerance: Replicator.clockTolerance,
      rules: sides[index].store.rules)
  }

  /// What the link machines do with both hellos at hand.
  func agree() -> Bool {
    if abs(sides[ends[0]].skew - sides[ends[1]].skew) > Int64(Replicator.clockTolerance) { return false }
    for index in ends { if let above = agreement(index).restampsAbove { restamp(index, above) } }
    return ends.allSatisfy { agreement($0).believesPeer }
  }

  private func restamp(_ index: Int, _ above: Stamp) {
    let before = newer
    var work = sides[index].replicator.beginRestamping(above: above, at: moment(index))
    while sides[index].store.restamp(&work, buckets: 1) {}
    let after = newer
    turned = turned ?? before.first { after[$0.key] != $0.value }?.key
  }

  /// Of the keys that both have, whether A's state is the newer one. What a flush has killed is none.
  private var newer: [String: Bool] {
    let (one, other) = (versions(0), versions(1))
    return one.reduce(into: [:]) { found, held in
      if let peers = other[held.key] { found[held.key] = held.value > peers }
    }
  }

  private func versions(_ index: Int) -> [String: Version] {
    let store = sides[index].store
    var found: [String: Version] = [:]
    var cursor = WalkCursor()
    while store.walk(
      &cursor, buckets: 64,
      { if !store.isFlushed($0) { found[String(decoding: [UInt8](copying: $0.key), as: UTF8.self)] = $0.version } })
    {}
    return found
  }

  func digest(_ index: Int) -> UInt64 {
    var walk = ItemStore.DigestWalk()
    while sides[index].store.digest(&walk, buckets: 64, now: moment(index).seconds) {}
    return walk.sum
  }
}
