import EventLoop
import Platform

/// Looks whether the servers that a list has more are there, and are none of those that it had: one that has another name now, or the
/// other side of a pair, would be told everything twice, and its keys would be deleted as those of who has lost them.
///
/// ```
///   each server of before: set magent-… 0 10 1 ──STORED──▶ a moment later ──▶ each new one: get magent-… ──▶ a value: the same store
///                                                                                                    ├─▶ END: another
///                                                                                                    └─▶ nothing: it is not there
/// ```
///
/// On the accepting thread.
final class StoreProbe {
  enum Outcome: Equatable {
    case distinct
    /// By number.
    case silent(Int)
    case same(Int)
  }

  private let pool: BackendPool
  private let loop: AcceptingLoop
  private let done: (Outcome) -> Void
  private let new: [Int]
  private let key = "magent-" + String(UInt64.random(in: .min ... .max), radix: 16)
  private var exchanges: [Exchange] = []
  private var timer: Timer?
  private var isAsking = false

  /// What a write needs to cross to the other side of a pair.
  private static let settleTime = Duration.milliseconds(300)

  /// - Parameter done: called once, and not from here.
  init(_ pool: BackendPool, from list: ServerList, loop: AcceptingLoop, _ done: @escaping (Outcome) -> Void) {
    (self.pool, self.loop, self.done) = (pool, loop, done)
    let firsts = pool.backends.indices.filter { !pool.isSecondSide($0) && !pool.backends[$0].isBackup }
    new = firsts.filter { !pool.wasMain($0, in: list) }
    timer = Timer(loop: loop.events) { [unowned self] in timeIsOver() }
    if new.isEmpty {
      timer?.schedule(after: .zero)
      return
    }
    for old in firsts where pool.wasMain(old, in: list) && pool.backends[pool.side(of: old)].health != .dead {
      exchanges.append(exchange(old, "set \(key)\(old) 0 10 1\r\n1\r\n", until: "\r\n"))
    }
    timer?.schedule(after: .milliseconds(min(pool.settings.answerTimeout, 1000)) + Self.settleTime)
  }

  private func exchange(_ number: Int, _ text: String, until end: String) -> Exchange {
    var question = ByteBuffer(capacity: text.utf8.count)
    question.append(Array(text.utf8).span)
    return Exchange(with: pool.side(of: number), pool, question, until: end, loop)
  }

  private func timeIsOver() {
    if new.isEmpty { return done(.distinct) }
    if isAsking { return judge() }
    isAsking = true
    let keys = pool.backends.indices.map { key + String($0) }.joined(separator: " ")
    exchanges = new.map { exchange($0, "get \(keys)\r\n", until: "END\r\n") }
    timer?.schedule(after: .milliseconds(max(pool.settings.answerTimeout, pool.settings.connectTimeout)))
  }

  private func judge() {
    for (number, exchange) in zip(new, exchanges) where exchange.answer == nil { return done(.silent(number)) }
    let same = zip(new, exchanges).first { $0.1.answer?.hasPrefix("VALUE ") == true }
    done(same.map { .same($0.0) } ?? .distinct)
  }
}
