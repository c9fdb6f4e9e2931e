import Platform
import SystemPackage
import Transport

/// The text protocol with one server, a question at a time, or many that are not waited for.
///
/// ```
///   ServerName ─ addresses ─ the first that answers ─▶ (TLS) ─▶ (login) ─▶ send ─▶ line, data ─▶ …
/// ```
///
/// **Invariants.** Each answer has `AccessOptions.timeout` to come, as a whole, counted from its question; what has many parts, as a
/// listing, has it for each part (`Wait`). Bytes are passed on as they came, whatever they are.
/// **Bounds.** A line has 64 KB, a value 1 GB, an answer to `stats` so many lines: the server may be hostile.
/// **Locks**: none. It must not know what a command wants to know.
final class ServerConversation {
  let server: ServerName
  private let connection: WaitingConnection
  private let access: AccessOptions
  /// How far `input` is known to hold no newline.
  private var looked = 0

  static let maxLineCount = 64 << 10
  static let maxStatistics = 400_000
  /// A value may take a second more for each of these.
  private static let bytesPerSecond = 1 << 20

  /// How long a part of an answer may be waited for.
  enum Wait {
    /// As long as is left of the answer's time, which began with the question.
    case answer
    /// It has the time anew.
    case part
    /// Until it comes: who watches.
    case forEver
  }

  init(_ server: ServerName, _ access: AccessOptions) throws(ToolError) {
    (self.server, self.access) = (server, access)
    var failure: WaitingError?
    var found: WaitingConnection?
    let tls = try access.tlsContext()
    for address in try server.addresses() where found == nil {
      do throws(WaitingError) {
        found = try WaitingConnection(
          to: address, tls: tls.map { ($0, access.verifies ? server.host : nil) }, within: access.limit)
      } catch { failure = error }
    }
    guard let found else { throw .unavailable("\(server): \(failure?.description ?? "no address")") }
    connection = found
    try login()
  }

  private func login() throws(ToolError) {
    guard let word = try access.loginWord() else { return }
    try send("set login 0 0 \(word.count)\r\n", word, "\r\n")
    let answer = try line()
    guard answer == "STORED" else { throw .unavailable("\(server): the login is refused: \(answer)") }
  }

  // MARK: Sending

  func send(_ text: String) throws(ToolError) { try send(Array(text.utf8)) }

  func send(_ head: String, _ data: [UInt8], _ tail: String) throws(ToolError) {
    try send(Array(head.utf8) + data + Array(tail.utf8))
  }

  func send(_ bytes: [UInt8]) throws(ToolError) {
    do throws(WaitingError) {
      connection.deadline = WaitingConnection.deadline(access.limit)
      try connection.send(bytes)
    } catch { throw failed(error) }
  }

  // MARK: Receiving

  /// The next line with its end; nil: the server has closed the connection.
  func rawLine(_ wait: Wait = .answer) throws(ToolError) -> [UInt8]? {
    begin(wait)
    while true {
      let end = connection.newline(from: looked)
      if (end ?? connection.count) > Self.maxLineCount { throw .unavailable("\(server): a line without end") }
      if let end { return take(end + 1) }
      looked = connection.count
      if try !receive() { return nil }
    }
  }

  /// The next line without its end, as text.
  func line(_ wait: Wait = .answer) throws(ToolError) -> String { String(decoding: try lineBytes(wait), as: UTF8.self) }

  /// The same as it came.
  func lineBytes(_ wait: Wait = .answer) throws(ToolError) -> [UInt8] {
    guard var line = try rawLine(wait) else { throw .unavailable("\(server): the connection was closed") }
    while let last = line.last, last == 10 || last == 13 { line.removeLast() }
    return line
  }

  /// The data block of a value, whose end is taken, too.
  func data(_ count: Int) throws(ToolError) -> [UInt8] {
    guard (0...DumpReader.maxValueCount).contains(count) else {
      throw .unavailable("\(server): a value of \(count) bytes")
    }
    connection.deadline = WaitingConnection.deadline(access.limit + .seconds(count / Self.bytesPerSecond))
    while connection.count < count + 2 {
      if try !receive() { throw .unavailable("\(server): the connection was closed") }
    }
    let block = take(count + 2)
    // Else the answer is not what it says, and what is read next could be anything.
    guard block.suffix(2).elementsEqual([13, 10]) else {
      throw .unavailable("\(server): a value is longer than it says")
    }
    return Array(block.dropLast(2))
  }

  private func begin(_ wait: Wait) {
    switch wait {
    case .answer: break
    case .part: connection.deadline = WaitingConnection.deadline(access.limit)
    case .forEver: connection.deadline = .max
    }
  }

  private func take(_ count: Int) -> [UInt8] {
    defer {
      connection.consume(count)
      looked = 0
    }
    return connection.bytes(count)
  }

  private func receive() throws(ToolError) -> Bool {
    do throws(WaitingError) {
      return try connection.receive()
    } catch { throw failed(error) }
  }

  private func failed(_ error: WaitingError) -> ToolError { .unavailable("\(server): \(error)") }
}

extension ServerConversation {
  struct Statistic: Equatable, Sendable {
    let name: String
    let value: String
  }

  /// `stats`, or a group of it.
  func statistics(_ group: String = "") throws(ToolError) -> [Statistic] {
    try send(group.isEmpty ? "stats\r\n" : "stats \(group)\r\n")
    var found: [Statistic] = []
    while true {
      let line = try line()
      if line == "END" || line == "RESET" { return found }
      let words = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
      guard words.count == 3, words[0] == "STAT" else {
        throw .unavailable("\(server) says to stats \(group): \(line)")
      }
      if found.count == Self.maxStatistics { throw .unavailable("\(server) says to stats \(group) more than there is") }
      found.append(Statistic(name: String(words[1]), value: String(words[2])))
    }
  }

  /// The same by name.
  func values(_ group: String = "") throws(ToolError) -> [String: String] {
    Dictionary(try statistics(group).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }
}
