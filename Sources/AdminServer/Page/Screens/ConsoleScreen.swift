import CacheServer

/// What was said at the console, by session, so that it is there without a script. **Bounds**: so many sessions, commands, and bytes.
final class ConsoleLog {
  struct Entry {
    let command: String
    let answer: String
  }

  static let maxEntries = 20
  static let maxSessions = 8
  static let maxAnswerBytes = 16 << 10

  private(set) var logs: [(session: UInt64, entries: [Entry])] = []

  func entries(of session: Session) -> [Entry] { logs.first { $0.session == session.number }?.entries ?? [] }

  func add(_ entry: Entry, of session: Session) {
    var entries = entries(of: session)
    if entries.count >= Self.maxEntries { entries.removeFirst() }
    entries.append(entry)
    logs.removeAll { $0.session == session.number }
    if logs.count >= Self.maxSessions { logs.removeFirst() }
    logs.append((session.number, entries))
  }

  func forget(_ session: Session) { logs.removeAll { $0.session == session.number } }
}

extension PageRouter {
  func consoleScreen(_ request: PageRequest) -> PageResult {
    guard let session = request.session else { return message(request, .readOnly, status: 403) }
    let past = console.entries(of: session).map { entry -> HTML in
      "<h3 data-command=\"\(entry.command)\"><code>\(entry.command)</code></h3><pre tabindex=\"0\">\(entry.answer)</pre>"
    }
    let main: HTML = """
      <p class="soft">\(request.say(.consoleHelp))</p>\(past.joined())
      <form method="post" action="/console" id="ask"><input type="hidden" name="token" value="\(sessions.token(session))">
      <label>\(request.say(.command))<textarea name="command" id="command" required spellcheck="false" autocomplete="off"></textarea></label>
      <p><button>\(request.say(.send))</button></p></form>
      """
    return .page(title: request.say(.console), main)
  }

  private static let maxShownCommand = 400

  /// What never ends, and what ends the server, is for other places.
  private static let refused = ["watch", "shutdown", "quit", "mn"]

  func runCommand(_ request: PageRequest) -> PageResult {
    guard let session = request.session else { return message(request, .readOnly, status: 403) }
    let text = request.form.text("command").trimmed
    let verb = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
    if verb.isEmpty { return .goTo("/console#ask") }
    if Self.refused.contains(verb.lowercased()) { return message(request, .notAtTheConsole, status: 400) }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map {
      $0.last == "\r" ? String($0.dropLast()) : String($0)
    }
    let bytes = [UInt8]((lines.joined(separator: "\r\n") + "\r\n").utf8)
    guard let command = access.command(bytes, seconds: 10) else {
      return message(request, .startingOrEnding, status: 503)
    }
    return .later { [unowned self] in
      guard case .ended(let answer, let isWhole) = command.poll() else { return nil }
      let shown = String(decoding: answer.prefix(ConsoleLog.maxAnswerBytes), as: UTF8.self)
      let tail = isWhole && answer.count <= ConsoleLog.maxAnswerBytes ? "" : "\n…"
      console.add(
        ConsoleLog.Entry(
          command: String(decoding: text.utf8.prefix(Self.maxShownCommand), as: UTF8.self), answer: shown + tail),
        of: session)
      return .goTo("/console#ask")
    }
  }
}
