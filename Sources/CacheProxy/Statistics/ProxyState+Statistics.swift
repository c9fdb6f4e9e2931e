import ConnectionServer
import MemcacheProtocol

/// `stats`: magent's own lines, and behind a word the proxy's.
extension ProxyState {
  mutating func answerStatistics(_ arguments: Span<UInt8>, _ turn: inout Turn) {
    answer(Array(dialer.statistics(arguments).utf8).span, &turn)
  }

  mutating func answerStatistics(_ request: BinaryRequest, _ turn: inout Turn) {
    answer(BinaryStatus.unknownCommand, request.header, &turn)
  }
}
