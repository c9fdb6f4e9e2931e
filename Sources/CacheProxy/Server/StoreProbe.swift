import EventLoop
import Platform
import SystemPackage
import Transport

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

  private let fleet: Fleet
  private let loop: CareLoop
  private let done: (Outcome) -> Void
  private let new: [Int]
  private let key = "magent-" + String(UInt64.random(in: .min ... .max), radix: 16)
  private var exchanges: [Exchange] = []
  private var timer: Timer?
  private var isAsking = false

  /// What a write needs to cross to the other side of a pair.
  private static let crossing = Duration.milliseconds(300)

  /// - Parameter done: called once, and not from here.
  init(_ fleet: Fleet, from list: ServerList, loop: CareLoop, _ done: @escaping (Outcome) -> Void) {
    (self.fleet, self.loop, self.done) = (fleet, loop, done)
    let firsts = fleet.backends.indices.filter { !fleet.isSecondSide($0) && !fleet.backends[$0].isBackup }
    new = firsts.filter { !fleet.had($0, in: list) }
    timer = Timer(loop: loop.events) { [unowned self] in timeIsOver() }
    if new.isEmpty {
      timer?.schedule(after: .zero)
      return
    }
    for old in firsts where fleet.had(old, in: list) && fleet.backends[fleet.side(of: old)].health != .dead {
      exchanges.append(
        Exchange(with: fleet.side(of: old), fleet, "set \(key)\(old) 0 10 1\r\n1\r\n", until: "\r\n", loop))
    }
    timer?.schedule(after: .milliseconds(min(fleet.settings.answerTimeout, 1000)) + Self.crossing)
  }

  private func timeIsOver() {
    if new.isEmpty { return done(.distinct) }
    if isAsking { return judge() }
    isAsking = true
    let keys = fleet.backends.indices.map { key + String($0) }.joined(separator: " ")
    exchanges = new.map { Exchange(with: fleet.side(of: $0), fleet, "get \(keys)\r\n", until: "END\r\n", loop) }
    timer?.schedule(after: .milliseconds(max(fleet.settings.answerTimeout, fleet.settings.connectTimeout)))
  }

  private func judge() {
    for (number, exchange) in zip(new, exchanges) where exchange.answer == nil { return done(.silent(number)) }
    let same = zip(new, exchanges).first { $0.1.answer?.hasPrefix("VALUE ") == true }
    done(same.map { .same($0.0) } ?? .distinct)
  }
}

/// One question to one server, and its answer.
private final class Exchange {
  private(set) var answer: String?
  private var connection: ServerConnection?
  private var output: ByteBuffer
  private var input = ByteBuffer(capacity: 4096)
  private let end: String

  init(with number: Int, _ fleet: Fleet, _ text: String, until end: String, _ loop: CareLoop) {
    self.end = end
    output = ByteBuffer(capacity: text.utf8.count)
    output.append(Array(text.utf8).span)
    connection = ServerConnection(to: number, fleet, loop: loop) { [unowned self] in take($0) }
  }

  private func take(_ event: ServerConnection.Event) {
    guard answer == nil, case .ready = event, let connection, let transport = connection.transport else {
      return close()
    }
    if !output.isEmpty {
      if case .failed = transport.send(&output) { return close() }
      return connection.want(output.isEmpty ? .readable : .writable)
    }
    guard input.space > 0 else { return close() }
    switch transport.receive(into: &input) {
    case .bytes: if input.text.hasSuffix(end) { answer = input.text }
    case .wouldBlock: break
    case .closed, .failed: close()
    }
  }

  private func close() { connection?.want([]) }
}
