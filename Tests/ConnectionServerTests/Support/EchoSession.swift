import ConnectionServer
import Platform
import SystemPackage
import Transport

/// A protocol that knows no cache: each line is its own answer, but for a few words.
///
/// - `later`: the answer is made elsewhere; the test makes it.
/// - `hold`: the answer waits until the test lets it go.
/// - `large`: a segment of 300,000 bytes, and END; `large:9000`: of so many.
/// - `count`: the numbers up to 100,000, a line each, as the client reads; `count:9000`: so many.
/// - `more`: wants more input than there will be.
/// - `watch`: is told what there is to tell, and drops what it is sent.
/// - `quit`: closes.
final class EchoSession: ProtocolSession {
  private(set) var deferred: [DeferredReply] = []
  private(set) var held: [SuspendedPlace] = []
  private(set) var events: [String] = []
  private(set) var executed = 0
  /// The clock of passes.
  var now: UInt32 = 7
  private(set) var watching: [SuspendedPlace] = []
  /// For the next who watches.
  var news = ""
  /// What connections have left unfinished, by its number.
  private var unfinished = StableArray<Unfinished>()
  private var current = Unfinished()
  private var segments = EchoSegments()

  static let largeCount = 300_000
  private static let lineRoom = 1024

  private struct Unfinished {
    var isHeld = false
    var count: CountStream?
    var wantsMore = false
    var isWatching = false
    var isNothing: Bool { !isHeld && count == nil && !wantsMore && !isWatching }
  }

  /// How many segments wait to be sent.
  var pinnedCount: Int { segments.pinned }

  func beginPass() -> UInt32 { now }

  func process(_ input: Span<UInt8>, consumed: inout Int, _ turn: inout Turn) -> Pause {
    let pause = processLines(input, &consumed, &turn)
    turn.isUnfinished = !current.isNothing || turn.isUnfinished
    return pause
  }

  private func processLines(_ input: Span<UInt8>, _ consumed: inout Int, _ turn: inout Turn) -> Pause {
    while true {
      if turn.isClosing { return .closing }
      if current.wantsMore { return .starved }
      if current.isWatching { return tellNews(input.count, &consumed, &turn) }
      if current.count != nil, !goOnCounting(&turn) { return .blocked }
      if turn.requests == 0, consumed < input.count { return .yielded }
      if turn.reply.bytes.space < Self.lineRoom, !flush(&turn) { return .blocked }
      var end = consumed
      while end < input.count, input[end] != UInt8(ascii: "\n") { end += 1 }
      if end == input.count { return .starved }
      let line = input.extracting(consumed..<end + 1)
      consumed = end + 1
      turn.requests -= 1
      turn.phase = min(turn.phase + 1, 7)
      if execute(line, &turn) { return .deferred }
    }
  }

  private func execute(_ line: Span<UInt8>, _ turn: inout Turn) -> Bool {
    executed += 1
    let words = String(decoding: line.indices.dropLast().map { line[$0] }, as: UTF8.self).split(separator: ":")
    let number = words.count == 2 ? Int(words[1]) : nil
    switch (words.first ?? "") + "\n" {
    case "later\n":
      turn.isUnfinished = true
      return true
    case "hold\n":
      current.isHeld = true
      turn.reply.bytes.append("held\n")
    case "large\n":
      let count = min(number ?? Self.largeCount, Self.largeCount)
      turn.reply.pin(segments.pin(count), byteCount: count)
      turn.reply.bytes.append("END\n")
    case "count\n": current.count = CountStream(limit: number.map { UInt64($0) } ?? CountStream.usual)
    case "phase\n":
      turn.reply.bytes.append(decimal: UInt64(turn.phase))
      turn.reply.bytes.append("\n")
    case "more\n":
      current.wantsMore = true
      turn.reply.bytes.append("half an answer\n")
    case "watch\n": current.isWatching = true
    case "quit\n": turn.isClosing = true
    default: turn.reply.bytes.append(line)
    }
    return false
  }

  private func tellNews(_ inputCount: Int, _ consumed: inout Int, _ turn: inout Turn) -> Pause {
    consumed = inputCount
    turn.reply.bytes.append(Array(news.utf8).span)
    news = ""
    return .watching
  }

  private func goOnCounting(_ turn: inout Turn) -> Bool {
    guard var stream = current.count else { return true }
    while true {
      if turn.reply.bytes.space < stream.maxPieceBytes, !flush(&turn) {
        current.count = stream
        return false
      }
      if stream.writePiece(to: &turn.reply.bytes) == .written { continue }
      current.count = nil
      return true
    }
  }

  func flush(_ turn: inout Turn) -> Bool {
    turn.isHeld = current.isHeld
    return turn.isHeld ? false : turn.send(&segments)
  }

  func isAwaitingInput(_ turn: borrowing Turn) -> Bool { current.wantsMore }

  func refuseReply(to request: Span<UInt8>, _ turn: inout Turn) {
    turn.reply.bytes.append("no room for ")
    turn.reply.bytes.append(request.extracting(first: 5))
    turn.reply.bytes.append("\n")
  }

  func suspend(_ turn: inout Turn) -> UInt32? {
    defer { current = Unfinished() }
    turn.reply.keepSegments(in: &segments)
    return unfinished.insert(current)
  }

  func resume(_ state: UInt32?, _ turn: inout Turn) {
    if let state { current = unfinished.remove(state) }
    turn.isUnfinished = !current.isNothing
  }

  func abandon(_ turn: inout Turn) {
    turn.reply.clear(releasing: &segments)
    current = Unfinished()
  }

  func deferReply(_ state: UInt32, _ reply: DeferredReply) { deferred.append(reply) }

  func holdReply(_ state: UInt32, at place: SuspendedPlace) {
    held.append(place)
    unfinished[state].isHeld = false
  }

  var wantsReplyEvents: Bool { true }
  func willSendReplies() { events.append("will send") }
  func watchReply(_ state: UInt32, at place: SuspendedPlace) { watching.append(place) }
  func isStreaming(_ state: UInt32) -> Bool { unfinished[state].count != nil }
  func activity(of state: UInt32) -> ConnectionActivity? { unfinished[state].isWatching ? .watching : nil }
  func willClose(_ socket: FileDescriptor, for reason: CloseReason) { events.append("will close: \(reason)") }
  func didOpen(_ socket: FileDescriptor) { events.append("opened") }
  func didClose(_ socket: FileDescriptor) { events.append("closed") }
}

struct CountStream: StreamedReply {
  private var number: UInt64 = 0
  static let usual: UInt64 = 100_000
  private let limit: UInt64

  init(limit: UInt64) { self.limit = limit }

  var maxPieceBytes: Int { 16 }

  mutating func writePiece(to bytes: inout ByteBuffer) -> StreamProgress {
    if number == limit { return .ended }
    bytes.append(decimal: number)
    bytes.append("\n")
    number += 1
    return .written
  }
}

private struct EchoSegments: SegmentSource, ~Copyable {
  private let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: EchoSession.largeCount)
  private(set) var pinned = 0

  /// Its handle is how many bytes it has.
  mutating func pin(_ count: Int) -> UInt32 {
    pinned += 1
    return UInt32(count)
  }

  @_lifetime(borrow self)
  borrowing func piece(of handle: UInt32, at offset: Int) -> Span<UInt8> { bytes.span.extracting(offset..<Int(handle)) }
  mutating func keep(_ handle: UInt32) {}
  mutating func release(_ handle: UInt32) { pinned -= 1 }
}
