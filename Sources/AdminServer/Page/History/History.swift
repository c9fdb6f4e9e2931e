import CacheServer

/// The last hour of both sides: samples once a second from counters that only rise.
///
/// A counter that has fallen was reset, or its process is another: that second is not known. Numbers of the peer come by reports, a
/// second apart or more, so a rate is by the reports' own clock and stands until the next one.
final class History {
  private(set) var ring = SampleRing()
  private var local = Side()
  private var peer = Side()

  private struct Side {
    var last: SideNumbers?
    var rates: [Float] = []
  }

  func take(local: SideNumbers?, peer: SideNumbers?) {
    ring.append(local: Self.sample(&self.local, local), remote: Self.sample(&self.peer, peer))
  }

  private static func sample(_ side: inout Side, _ numbers: SideNumbers?) -> [Float] {
    guard let numbers else {
      side = Side()
      return []
    }
    if side.last?[.unixMicroseconds] != numbers[.unixMicroseconds] {
      side.rates = rates(from: side.last, to: numbers)
      side.last = numbers
    }
    let levels: [SideNumber] = [.connections, .itemBytes, .lagMicroseconds]
    return (side.rates.isEmpty ? [Float](repeating: .nan, count: rateCount) : side.rates)
      + levels.map { numbers[$0].map { Float($0) } ?? .nan }
  }

  private static let rateCount = Series.allCases.count - 3

  private static func rates(from old: SideNumbers?, to new: SideNumbers) -> [Float] {
    guard let old, let begin = old[.unixMicroseconds], let end = new[.unixMicroseconds], end > begin else { return [] }
    let seconds = Float(end - begin) / 1_000_000
    func growth(_ number: SideNumber) -> Float {
      guard let before = old[number], let after = new[number], after >= before else { return .nan }
      return Float(after - before)
    }
    let gets = growth(.gets)
    let hitRate = gets > 0 ? growth(.getHits) / gets : Float.nan
    let counters: [SideNumber] = [.gets, .sets, .otherCommands, .bytesRead, .bytesWritten, .evictions]
    return [hitRate] + counters.map { growth($0) / seconds }
  }
}
