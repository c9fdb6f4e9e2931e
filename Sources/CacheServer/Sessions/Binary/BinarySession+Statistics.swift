import ConnectionServer
import MemcacheProtocol
import Platform

/// `stat`: the groups of text `stats`, a frame for each line. `conns` and `digest`, which others make, only text has.
extension BinarySession {
  private static let maxGroupBytes = 64

  mutating func tell(_ group: Span<UInt8>, _ request: BinaryHeader, _ turn: inout Turn) {
    let group = String(decoding: (0..<min(group.count, Self.maxGroupBytes)).map { group[$0] }, as: UTF8.self)
    guard let lines = lines(of: group) else { return answer(.notFound, request, &turn) }
    current.statistics = StatisticFrames(lines, request)
  }

  /// Of these three memcached looks only at how they begin.
  private func lines(of group: String) -> [StatisticFrames.Line]? {
    if group.hasPrefix("detail") { return detail(group.dropFirst("detail".count)) }
    if group.hasPrefix("settings") { return context.statistics("settings") }
    if group.hasPrefix("reset") {
      context.resetStatistics()
      return []
    }
    return context.statistics(group)
  }

  private func detail(_ option: Substring) -> [StatisticFrames.Line]? {
    if !context.settings.isDumpingEnabled { return nil }
    if option.hasPrefix(" dump") { return [("detailed", context.prefixStatistics.dump())] }
    let isOn = option.hasPrefix(" on")
    if !isOn, !option.hasPrefix(" off") { return nil }
    context.prefixStatistics.turn(on: isOn)
    return []
  }

  /// Goes on telling; true when all is told.
  mutating func continueStatistics(_ turn: inout Turn) -> Bool {
    guard var frames = current.statistics.take() else { return true }
    while hasRoom(frames.maxPieceBytes + Self.answerRoom, &turn) {
      if frames.writePiece(to: &turn.reply.bytes) == .ended { return true }
    }
    current.statistics = frames
    return false
  }
}
