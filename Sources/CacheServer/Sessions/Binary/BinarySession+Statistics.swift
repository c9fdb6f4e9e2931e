import ConnectionServer
import MemcacheProtocol
import Platform

/// `stat`: the groups of text `stats`, a frame for each line. `conns` and `digest`, which others make, only text has.
extension BinarySession {
  private static let maxGroupBytes = 64

  mutating func tell(_ group: Span<UInt8>, _ request: BinaryHeader, _ turn: inout Turn) {
    let group = String(decoding: (0..<min(group.count, Self.maxGroupBytes)).map { group[$0] }, as: UTF8.self)
    guard let frames = frames(of: group, request) else { return answer(.notFound, request, &turn) }
    current.statistics = frames
  }

  /// Of these three memcached looks only at how they begin.
  private mutating func frames(of group: String, _ request: BinaryHeader) -> StatisticFrames? {
    if group.hasPrefix("detail") { return detail(group.dropFirst("detail".count), request) }
    if group.hasPrefix("reset") {
      context.resetStatistics()
      return StatisticFrames([], request)
    }
    let lines = context.statistics(group.hasPrefix("settings") ? "settings" : group)
    return lines.map { StatisticFrames($0, request) }
  }

  private mutating func detail(_ option: Substring, _ request: BinaryHeader) -> StatisticFrames? {
    if !context.settings.isDumpingEnabled { return nil }
    if option.hasPrefix(" dump") { return StatisticFrames("detailed", context.prefixStatistics.dump(), request) }
    let isOn = option.hasPrefix(" on")
    if !isOn, !option.hasPrefix(" off") { return nil }
    context.prefixStatistics.turn(on: isOn)
    // What stands behind it is counted already.
    update(at: executor.moment)
    return StatisticFrames([], request)
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
