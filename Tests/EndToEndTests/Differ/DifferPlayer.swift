import TestSupport

/// Says a conversation to a daemon, and takes its answers down: one piece for each command, and how it ended.
final class DifferPlayer {
  /// What came back.
  struct Answers: Equatable {
    /// Up to the sentinel behind each command; of the last one, up to the end of the connection.
    var pieces: [[UInt8]] = []
    /// No more than the first so many commands could be said: the daemon has closed.
    var said = 0
  }

  private let port: UInt16
  private var socket: Int32 = -1
  private var received: [UInt8] = []
  private var parsed = 0
  private var hasEnded = false
  private var cannotSend = false
  private var uniques: [UInt64] = []
  private var answers = Answers()
  private var chunk = [UInt8](repeating: 0, count: 65_536)

  init(port: UInt16) { self.port = port }

  /// Step by step each command is said when all before it are answered, so that no close takes an answer along.
  func play(_ conversation: DifferConversation, isStepwise: Bool = false) throws -> Answers {
    begin()
    socket = try Kernel.connect(to: .local(port))
    defer { Kernel.close(socket) }
    try prepare()
    let sentinel = DifferSentinel(spoken: conversation.spoken)
    var pending: [UInt8] = []
    for (number, command) in conversation.commands.enumerated() {
      if isStepwise || command.isSaidAlone {
        try send(&pending, conversation.split, sentinel)
        try receive(sentinel, upTo: number)
      }
      pending += command.bytes(conversation.spoken, uniques: uniques)
      answers.said += 1
      if command.isLast { break }
      pending += sentinel.request(number)
      if command.isOddFrame {
        try send(&pending, conversation.split, sentinel)
        try receive(sentinel, upTo: number + 1)
      }
    }
    try send(&pending, conversation.split, sentinel)
    // memcached forgets the answers that it has not sent when it reads the end. Whether the last command has one is not known.
    if conversation.commands.last?.isLast != true {
      try receive(sentinel, upTo: conversation.commands.count)
    } else {
      _ = Kernel.poll([(socket, [.readable])], milliseconds: 100)
    }
    Kernel.endOutput(socket)
    try receive(sentinel, upTo: .max)
    answers.pieces.append(Array(received[parsed...]))
    return answers
  }

  private func begin() {
    (received, parsed, hasEnded, cannotSend, uniques, answers) = ([], 0, false, false, [], Answers())
  }

  /// No key is there.
  private func prepare() throws {
    let client = try Client(to: .local(port))
    let request =
      DifferWords.keys.map { "delete \($0) noreply\r\n" } + DifferWords.encodedKeys.map { "md \($0) b q\r\n" }
    _ = try client.ask(request.joined() + "version\r\n")
  }

  // MARK: Sending

  private func send(_ bytes: inout [UInt8], _ split: DifferConversation.Split, _ sentinel: DifferSentinel) throws {
    var rest = bytes[...]
    bytes = []
    var random = SeededRandom(seed: 0)
    if case .parts(let seed) = split { random = SeededRandom(seed: seed) }
    while !rest.isEmpty, !hasEnded, !cannotSend {
      let count: Int
      switch split {
      case .whole: count = rest.count
      case .parts: count = min(rest.count, 1 + random.below(40))
      case .bytes: count = 1
      }
      try sendAll(rest.prefix(count))
      rest = rest.dropFirst(count)
      // The daemon has time to read what it was sent.
      if split != .whole { Kernel.sleep(microseconds: 30) }
    }
  }

  private func sendAll(_ part: ArraySlice<UInt8>) throws {
    let deadline = Deadline.generous
    var rest = part
    while !rest.isEmpty, !hasEnded, !cannotSend {
      switch Kernel.send(rest, to: socket) {
      case .bytes(let count): rest = rest.dropFirst(count)
      case .wouldBlock: try wait(deadline, .writable)
      // What it had answered before it closed is still to be read.
      case .closed, .failed: cannotSend = true
      }
    }
  }

  // MARK: Receiving

  /// Until so many sentinels are answered, or the daemon closes.
  private func receive(_ sentinel: DifferSentinel, upTo count: Int) throws {
    let deadline = Deadline.generous
    while answers.pieces.count < count {
      if let found = sentinel.find(received, from: parsed) {
        let piece = Array(received[parsed..<found.lowerBound])
        uniques += DifferAnswer.uniques(piece, isLines: sentinel.spoken.isLines)
        answers.pieces.append(piece)
        parsed = found.upperBound
      } else if hasEnded {
        return
      } else {
        try wait(deadline, .readable)
      }
    }
  }

  /// Takes in what has come, so that two that send do not wait for each other.
  private func wait(_ deadline: Deadline, _ interest: Kernel.Interest) throws {
    switch Kernel.receive(from: socket, into: &chunk) {
    case .bytes(let count): received += chunk.prefix(count)
    case .closed, .failed: hasEnded = true
    case .wouldBlock:
      if deadline.hasPassed {
        throw RigError(
          "no answer to command \(answers.pieces.count) in time, after \(Escape.text(received.suffix(200)))")
      }
      _ = Kernel.poll([(socket, [interest, .readable])], milliseconds: min(1_000, deadline.millisecondsLeft))
    }
  }
}
