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
      // What stands behind it is logged already.
      update(at: executor.moment)
      answer(TextAnswer.ok, unless: noreply, &turn)
    case .shutdown(let mode, let noreply): shutdown(mode, noreply: noreply, &turn)
    case .slabs(let command, let noreply):
      let result = ReassignAnswer(command, context.store)
      if !noreply { turn.reply.bytes.append(result.line) }
    case .refreshCertificates: refreshCertificates(&turn)
    case .administration(let request, let noreply): administrate(request, noreply: noreply, input, &turn)
    case .replicationPeer(let place): changePeer(input.bytes(in: place), &turn)
    default: break
    }
  }

  private func shutdown(_ mode: ShutdownMode, noreply: Bool, _ turn: inout Turn) {
    guard context.settings.isShutdownCommandEnabled, mode != .unknown else {
      let isEnabled = context.settings.isShutdownCommandEnabled
      return noreply ? () : answer(isEnabled ? TextError.invalidShutdownMode : .shutdownNotEnabled, &turn)
    }
    closeReasons.note(.shutdown, turn.transport.socket)
    turn.isClosing = true
    context.requestShutdown()
  }

  private mutating func refreshCertificates(_ turn: inout Turn) {
    if !context.usesTLS { return write("Error TLS not enabled\r\n", &turn) }
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
    switch StatisticsGroup(group) {
    case .reset:
      context.resetStatistics()
      answer(TextAnswer.reset, &turn)
    case .detail: writeDetail(Self.word(&reader, input), &turn)
    case .cachedump: writeCachedump(&reader, input, &turn)
    // There is no store but memory.
    case .extstore: answer(TextAnswer.end, &turn)
    case .digest: current.deferred = .digest
    case .connections: current.deferred = .connections
    case .sizes: current.deferred = .sizes
    case .lines(let group):
      guard let lines = context.statistics(group) else { return answer(TextError.unknownCommand, &turn) }
      current.setStream(TextStream(lines.map { "STAT \($0.name) \($0.value)\r\n" } + ["END\r\n"]))
    }
  }

  /// `stats cachedump <class> <limit>`
  private mutating func writeCachedump(_ reader: inout TokenReader, _ input: Span<UInt8>, _ turn: inout Turn) {
    if !context.settings.isDumpingEnabled { return answer(.cachedumpNotAllowed, &turn) }
    switch CachedumpRequest(&reader, in: input) {
    case .refused(let refusal): answer(refusal, &turn)
    case .badNumber: answer(TextError.badCommandLine, &turn)
    case .dump(let classes, let limit): stream(KeyDump(.cachedump(limit: limit), .some(classes), context), &turn)
    }
  }

  /// Of an option memcached looks only at as many letters as there are, in this order: `o` is `on`.
  private mutating func writeDetail(_ option: String, _ turn: inout Turn) {
    if !context.settings.isDumpingEnabled { return answer(.detailNotAllowed, &turn) }
    if option.isEmpty { return answer(.detailUsage, &turn) }
    switch ["on", "off", "dump"].first(where: { $0.hasPrefix(option) }) {
    case "on": turnDetail(on: true, &turn)
    case "off": turnDetail(on: false, &turn)
    case "dump": current.setStream(TextStream(bytes: context.prefixStatistics.dump()))
    default: answer(.detailUsage, &turn)
    }
  }

  private mutating func turnDetail(on isOn: Bool, _ turn: inout Turn) {
    context.prefixStatistics.turn(on: isOn)
    // What stands behind it is counted already.
    update(at: executor.moment)
    answer(TextAnswer.ok, &turn)
  }

  /// Goes on with an answer that is produced as the client reads; nil when all of it is written.
  @inline(never)
  mutating func continueStream(_ inputCount: Int, _ consumed: inout Int, _ turn: inout Turn) -> Pause? {
    guard var stream = current.stream else { return nil }
    while hasRoom(stream.maxPieceBytes + Self.answerRoom, &turn) {
      switch stream.writePiece(to: &turn.reply.bytes) {
      case .written: break
      case .tired:
        current.setStream(stream)
        return .yielded
      case .waiting:
        // Who watches has nothing more to ask.
        consumed = inputCount
        current.setStream(stream)
        return .watching
      case .ended:
        current.setStream(nil)
        return nil
      }
    }
    current.setStream(stream)
    return turn.isBroken ? .closing : .blocked
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

/// What `stats` is asked for. Of some names memcached looks only at as many letters as there are.
private enum StatisticsGroup {
  case reset, detail, cachedump, connections, extstore, digest, sizes
  case lines(String)

  init(_ word: String) {
    self =
      switch word {
      case "": .lines("")
      case "digest": .digest
      case "sizes": .sizes
      case _ where "reset".hasPrefix(word): .reset
      case _ where "detail".hasPrefix(word): .detail
      case _ where "settings".hasPrefix(word): .lines("settings")
      case _ where "cachedump".hasPrefix(word): .cachedump
      case _ where "conns".hasPrefix(word): .connections
      case _ where "extstore".hasPrefix(word): .extstore
      default: .lines(word)
      }
  }
}

/// Texts that are sent one behind the other, as the client reads.
struct TextStream: StreamedReply {
  private let texts: [[UInt8]]
  private var number = 0
  /// The text that is being written, and how much of it is.
  private var bytes: [UInt8] = []
  private var position = 0

  init(_ texts: [String]) { self.texts = texts.map { Array($0.utf8) } }
  /// One that need not be text.
  init(bytes text: [UInt8]) { texts = [text] }

  var maxPieceBytes: Int { 4 << 10 }

  mutating func writePiece(to buffer: inout ByteBuffer) -> StreamProgress {
    if position == bytes.count {
      if number == texts.count { return .ended }
      bytes = texts[number]
      position = 0
      number += 1
    }
    let end = min(position + maxPieceBytes, bytes.count)
    buffer.append(bytes.span.extracting(position..<end))
    position = end
    return .written
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
