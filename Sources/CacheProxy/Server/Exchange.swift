import EventLoop
import Platform
import Transport

/// One question to one server, and its answer. On the accepting thread.
final class Exchange {
  /// When all of it is there.
  private(set) var answer: String?
  private var connection: ServerConnection?
  private var output: ByteBuffer
  private var input = ByteBuffer(capacity: 4096)
  /// In bytes: Swift's strings take CR and LF for one character.
  private let end: [UInt8]
  private let whenOver: (_ answer: String?) -> Void
  private var isOver = false

  /// - Parameters:
  ///   - end: what an answer ends with.
  ///   - whenOver: called once, with nil where none comes; not where the server refuses at once: then `isUnderWay` is false.
  init(
    with number: Int, _ pool: BackendPool, _ question: consuming ByteBuffer, until end: String, _ loop: AcceptingLoop,
    whenOver: @escaping (_ answer: String?) -> Void = { _ in }
  ) {
    (self.end, self.whenOver) = (Array(end.utf8), whenOver)
    output = question
    connection = ServerConnection(to: number, pool, loop: loop) { [unowned self] in take($0) }
  }

  var isUnderWay: Bool { connection != nil }

  private var hasEnd: Bool {
    let before = input.count - end.count
    guard before >= 0 else { return false }
    for at in end.indices where input.bytes[before + at] != end[at] { return false }
    return true
  }

  private func tell(_ answer: String?) {
    isOver = true
    self.answer = answer
    connection?.want([])
    whenOver(answer)
  }

  private func take(_ event: ServerConnection.Event) {
    if isOver { return }
    guard case .ready = event, let connection, let transport = connection.transport else { return tell(nil) }
    if !output.isEmpty {
      if case .failed = transport.send(&output) { return tell(nil) }
      return connection.want(output.isEmpty ? .readable : .writable)
    }
    guard input.space > 0 else { return tell(nil) }
    switch transport.receive(into: &input) {
    case .bytes: if hasEnd { tell(input.text) }
    case .wouldBlock: break
    case .closed, .failed: tell(nil)
    }
  }
}
