import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform
import Transport

/// Commands of those who look after the cache: rare, so strings and arrays are welcome here.
extension TextSession {
  mutating func administrate(_ request: TextRequest, _ input: Span<UInt8>, _ turn: inout Turn) {
    switch request {
    case .stats(let arguments): writeStatistics(input, arguments, &turn)
    case .verbosity(let level, let noreply):
      context.setVerbosity(Int(level))
      answer(TextAnswer.ok, unless: noreply, &turn)
    case .shutdown(let mode): shutdown(mode, &turn)
    case .slabs(let command, let noreply):
      let result = ReassignAnswer(command, context.store)
      if !noreply { turn.reply.bytes.append(result.line) }
    case .refreshCertificates: refreshCertificates(&turn)
    case .replicationPeer(let place): changePeer(input.bytes(in: place), &turn)
    default: break
    }
  }

  private func shutdown(_ mode: ShutdownMode, _ turn: inout Turn) {
    if !context.settings.isShutdownCommandEnabled { return answer(TextError.shutdownNotEnabled, &turn) }
    if mode == .unknown { return answer(TextError.invalidShutdownMode, &turn) }
    turn.isClosing = true
    context.requestShutdown()
  }

  private mutating func refreshCertificates(_ turn: inout Turn) {
    if !context.usesTLS { return write("SERVER_ERROR TLS is not enabled\r\n", &turn) }
    current.deferred = .certificates
  }

  // MARK: The peer

  /// Whoever may do this can take the whole cache away.
  private func changePeer(_ place: Span<UInt8>, _ turn: inout Turn) {
    guard context.mayAdministrate(try? Socket.peerAddress(turn.transport.socket)) else {
      return answer(TextError.notFromHere, &turn)
    }
    // No host has so long a name, and the answer has its room.
    let reason = context.changePeer(Self.text(place, atMost: 300))
    guard let reason else { return answer(TextAnswer.ok, &turn) }
    write("CLIENT_ERROR \(reason)\r\n", &turn)
  }

  // MARK: Statistics

  private mutating func writeStatistics(_ input: Span<UInt8>, _ arguments: ByteRange, _ turn: inout Turn) {
    var reader = TokenReader(arguments)
    let group = Self.word(&reader, input)
    let option = Self.word(&reader, input)
    switch group {
    case "reset":
      context.resetStatistics()
      answer(TextAnswer.reset, &turn)
    case "detail": writeDetail(option, &turn)
    case "digest": current.deferred = .digest
    case "conns": current.deferred = .connections
    default:
      guard let lines = context.statistics(group) else { return answer(TextError.unknownCommand, &turn) }
      current.setStream(TextStream(lines.map { "STAT \($0.name) \($0.value)\r\n" } + ["END\r\n"]))
    }
  }

  private mutating func writeDetail(_ option: String, _ turn: inout Turn) {
    switch option {
    case "on", "off":
      context.prefixStatistics.turn(on: option == "on")
      answer(TextAnswer.ok, &turn)
    case "dump": current.setStream(TextStream([context.prefixStatistics.dump()]))
    default: write("CLIENT_ERROR usage: stats detail on|off|dump\r\n", &turn)
    }
  }

  /// Goes on with an answer that is produced as the client reads; true when all of it is written.
  mutating func continueStream(_ turn: inout Turn) -> Bool {
    guard var stream = current.stream else { return true }
    while true {
      if !hasRoom(stream.maxPieceBytes + Self.answerRoom, &turn) {
        current.setStream(stream)
        return false
      }
      if stream.writePiece(to: &turn.reply.bytes) { continue }
      current.setStream(nil)
      return true
    }
  }

  // MARK: Texts

  private static func word(_ reader: inout TokenReader, _ input: Span<UInt8>) -> String {
    text(input.bytes(in: reader.next(in: input)), atMost: 64)
  }

  /// The first bytes that a client has sent.
  private static func text(_ bytes: Span<UInt8>, atMost limit: Int) -> String {
    String(decoding: (0..<min(bytes.count, limit)).map { bytes[$0] }, as: UTF8.self)
  }

  private func write(_ text: String, _ turn: inout Turn) {
    let bytes = Array(text.utf8)
    turn.reply.bytes.reserve(bytes.count)
    turn.reply.bytes.append(bytes.span)
  }
}

/// Texts that are sent one behind the other, as the client reads.
struct TextStream: StreamedReply {
  private let texts: [String]
  private var number = 0
  /// The text that is being written, and how much of it is.
  private var bytes: [UInt8] = []
  private var position = 0

  init(_ texts: [String]) { self.texts = texts }

  var maxPieceBytes: Int { 4 << 10 }

  mutating func writePiece(to buffer: inout ByteBuffer) -> Bool {
    if position == bytes.count {
      if number == texts.count { return false }
      bytes = Array(texts[number].utf8)
      position = 0
      number += 1
    }
    let end = min(position + maxPieceBytes, bytes.count)
    buffer.append(bytes.span.extracting(position..<end))
    position = end
    return true
  }
}

extension ReassignAnswer {
  fileprivate init(_ command: SlabsCommand, _ store: ItemStore) {
    switch command {
    case .reassign(let source, let target):
      self.init(store.reassignPage(from: Int(source), to: Int(target)))
    case .automove(let level):
      store.setAutomove(level: Int(level))
      self = .begun
    // Where pages come from is the balancer's own choice.
    case .tuneAutomove: self = .begun
    }
  }

  private init(_ reassignment: ItemStore.Reassignment) {
    self =
      switch reassignment {
      case .begun: .begun
      case .busy: .busy
      case .badClass: .badClass
      case .noSpare: .noSpare
      case .same: .same
      }
  }
}
