import ConnectionServer
import ItemStore
import MemcacheProtocol
import Platform

/// `cache_memlimit`, `lru`, `lru_crawler` and `watch`.
extension TextSession {
  mutating func administrate(
    _ request: AdministrationRequest, noreply: Bool, _ input: Span<UInt8>, _ turn: inout Turn
  ) {
    switch request {
    case .memoryLimit(let megabytes): setMemoryLimit(megabytes, noreply, &turn)
    case .lru(let command):
      context.tell(command.meaning)
      answer(TextAnswer.ok, unless: noreply, &turn)
    case .crawler(let command): crawl(command, noreply, input, &turn)
    case .watch(let kinds): watch(kinds, &turn)
    case .refused(let refusal): answer(refusal, unless: noreply, &turn)
    }
  }

  func answer(_ answer: AdministrationAnswer, unless noreply: Bool = false, _ turn: inout Turn) {
    if !noreply { turn.reply.bytes.append(answer.line) }
  }

  private func setMemoryLimit(_ megabytes: UInt32, _ noreply: Bool, _ turn: inout Turn) {
    guard context.store.setMemoryLimit(Int(megabytes) << 20) else {
      return answer(AdministrationAnswer.memoryLimitFailed, unless: noreply, &turn)
    }
    context.tell("cache_memlimit: items may take \(megabytes) MB from now on")
    answer(TextAnswer.ok, unless: noreply, &turn)
  }

  // MARK: The crawler

  private mutating func crawl(
    _ command: CrawlerCommand, _ noreply: Bool, _ input: Span<UInt8>, _ turn: inout Turn
  ) {
    switch command {
    case .enable, .disable:
      if command == .enable, context.store.isCrawlerOn {
        return answer(AdministrationAnswer.crawlerRunning, unless: noreply, &turn)
      }
      context.store.turnCrawler(on: command == .enable)
      answer(TextAnswer.ok, unless: noreply, &turn)
    case .crawl(let word): startCrawl(ClassList(input.bytes(in: word)), noreply, &turn)
    case .metadump(let word):
      dump(.metadump, ClassList(input.bytes(in: word)), .metadumpNotAllowed, .metadumpPipelined, noreply, &turn)
    case .mgdump(let word):
      dump(.mgdump, ClassList(input.bytes(in: word)), .keyDumpNotAllowed, .keyDumpPipelined, noreply, &turn)
    case .sleep(let microseconds):
      context.crawlerTuning.sleep = microseconds
      answer(TextAnswer.ok, unless: noreply, &turn)
    case .toCrawl(let count):
      context.crawlerTuning.toCrawl = count
      answer(TextAnswer.ok, unless: noreply, &turn)
    }
  }

  private func startCrawl(_ classes: ClassList?, _ noreply: Bool, _ turn: inout Turn) {
    if !context.store.isCrawlerOn { return answer(.crawlerDisabled, unless: noreply, &turn) }
    guard let classes else { return answer(.badClass, unless: noreply, &turn) }
    if classes == .index { return answer(.crawlerFailed, unless: noreply, &turn) }
    if classes.isEmpty { return answer(.nothingToCrawl, unless: noreply, &turn) }
    context.store.askForCrawl { classes.contains($0) }
    answer(TextAnswer.ok, unless: noreply, &turn)
  }

  private mutating func dump(
    _ form: KeyDump.Form, _ classes: ClassList?, _ notAllowed: AdministrationAnswer, _ pipelined: AdministrationAnswer,
    _ noreply: Bool, _ turn: inout Turn
  ) {
    if !context.store.isCrawlerOn { return answer(.crawlerDisabled, unless: noreply, &turn) }
    if !context.settings.isDumpingEnabled { return answer(notAllowed, unless: noreply, &turn) }
    if !turn.reply.isEmpty { return answer(pipelined, unless: noreply, &turn) }
    guard let classes else { return answer(.badClass, unless: noreply, &turn) }
    if classes.isEmpty { return answer(.nothingToCrawl, unless: noreply, &turn) }
    stream(KeyDump(form, classes, context), &turn)
  }

  /// What has no end that is known, or a late one, has no place in a datagram.
  mutating func stream(_ reply: any StreamedReply, _ turn: inout Turn) {
    if turn.isDatagram { return answer(TextError.replyTooLarge, &turn) }
    current.setStream(reply)
  }

  // MARK: watch

  private mutating func watch(_ kinds: WatchKinds, _ turn: inout Turn) {
    if !context.settings.isWatchingEnabled { return answer(.watchNotAllowed, &turn) }
    if !turn.reply.isEmpty { return answer(.watchPipelined, &turn) }
    if turn.isDatagram { return answer(TextError.replyTooLarge, &turn) }
    guard let subscription = context.watch.subscribe(kinds) else { return answer(.tooManyWatchers, &turn) }
    answer(TextAnswer.ok, &turn)
    current.setStream(WatchStream(subscription: subscription))
  }
}

extension LRUCommand {
  /// What it means here, for who reads the log.
  fileprivate var meaning: String {
    switch self {
    case .tune: "lru tune: taken, and changes nothing: what newcomers may have adapts by itself"
    case .mode: "lru mode: taken, and changes nothing: there is one way of eviction"
    case .temporaryTTL: "lru temp_ttl: taken, and changes nothing: what expires soon is not kept apart"
    }
  }
}

extension ServerContext {
  /// A line for who follows the server, with `-v`.
  func tell(_ line: String) { if verbosity > 0 { log(line) } }
}
