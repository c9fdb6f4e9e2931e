import ConnectionServer
import MemcacheProtocol

/// `stats`: magent's own lines, and behind a word the proxy's.
extension ProxyState {
  mutating func answerStatistics(_ arguments: Span<UInt8>, _ turn: inout Turn) {
    guard let text = dialer.statistics(arguments) else {
      return answer("CLIENT_ERROR stats knows nothing else here than proxy\r\n", &turn)
    }
    answer(Array(text.utf8).span, &turn)
  }

  /// As frames, the last of them empty: those of `stats proxy`.
  mutating func answerStatistics(_ request: BinaryRequest, _ turn: inout Turn) {
    for (name, value) in dialer.statisticPairs {
      let (name, value) = (Array(name.utf8), Array(value.utf8))
      answer(room: BinaryResponse.maxCount + name.count + value.count, &turn) {
        BinaryResponse.writeStatistic(name.span, value.span, request.header, to: &$0)
      }
    }
    answer(room: BinaryResponse.maxCount, &turn) {
      BinaryResponse.writeStatistic(Span(), Span(), request.header, to: &$0)
    }
  }
}
