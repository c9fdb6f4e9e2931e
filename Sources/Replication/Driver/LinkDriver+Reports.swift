import ItemStore
import Platform

/// What is told to those who look at the pair: numbers once a second, and what is held under a key.
///
/// ```
///   tick, once a second ──▶ report ─────────▶ the peer        only with feature 4 of its hello, and while the output has room
///   mailbox ──────────────▶ keyQuestion ────▶ the peer ──▶ keyAnswer ──▶ whoever asked
/// ```
///
/// Nothing of it touches the session's state: what is missed is missed, and the pair goes on the same.
extension LinkDriver {
  static let reportInterval = Duration.seconds(1)

  /// What is known of the reports with one peer.
  struct ReportExchange {
    /// The peer knows these frames.
    var isOpen = false
    var nextReport = Duration.zero
    var questions = KeyQuestions()
    /// Changes received before the copy that comes in began.
    var receivedBefore: UInt64 = 0
    /// As its end has told.
    var copiedIn: UInt64?
  }

  func beginReports(_ features: HelloFeatures) {
    reports = ReportExchange(isOpen: features.contains(.reports), nextReport: now)
    status.peerReports = reports.isOpen
  }

  func endReports() {
    let questions = reports.questions.takeAll()
    reports = ReportExchange()
    status.peerReports = false
    for question in questions { question.tell(nil) }
  }

  func reportIfDue() {
    guard reports.isOpen, now >= reports.nextReport else { return }
    reports.nextReport = now + Self.reportInterval
    let report = configuration.report()
    tell(atMost: PeerReport.maxBytes) { FrameEncoder.report(report, into: &$0) }
  }

  func askQuestions() {
    for question in reports.questions.takeOld(now: now) { question.tell(nil) }
    for question in mailbox.takeQuestions() {
      guard reports.isOpen, let number = reports.questions.add(question, now: now) else {
        question.tell(nil)
        continue
      }
      tell(atMost: FrameEncoder.controlCount) { FrameEncoder.keyQuestion(number, key: question.key.span, into: &$0) }
    }
  }

  /// False where the frame is another's.
  func receiveTold(_ frame: Frame, in bytes: Span<UInt8>, at moment: Moment) -> Bool {
    switch frame {
    case .report(let fields): if let report = PeerReport(bytes, fields) { configuration.onReport(report) }
    case .keyAnswer(let answer): reports.questions.take(answer.number)?.tell(answer)
    case .keyQuestion(let number, let key):
      let answer = KeyAnswer(number, bytes.extracting(key), in: store, at: moment)
      tell(atMost: FrameEncoder.controlCount) { FrameEncoder.keyAnswer(answer, into: &$0) }
    case .copyEnd(_, let items, _):
      reports.copiedIn = items
      return false
    default: return false
    }
    return true
  }

  // MARK: Copies

  func noteCopy(_ event: LinkEvent) {
    let time = configuration.unixMicroseconds()
    switch event {
    case .copyOutBegan(let items): status.copyOut = CopyStatus(of: items)
    case .copyOutEnded(let items): status.copyOut.end(items, at: time)
    case .copyInBegan(let items):
      status.copyIn = CopyStatus(of: items)
      (reports.receivedBefore, reports.copiedIn) = (session.counters.received, nil)
    case .copyInEnded:
      status.copyIn.end(reports.copiedIn ?? session.counters.received &- reports.receivedBefore, at: time)
    default: break
    }
  }

  func noteCopies() {
    if status.copyOut.isUnderWay {
      if let walk = session.state.walk { status.copyOut.done = walk.items }
      if link == nil { status.copyOut.isUnderWay = false }
    }
    guard status.copyIn.isUnderWay else { return }
    status.copyIn.done = session.counters.received &- reports.receivedBefore
    if link == nil { status.copyIn.isUnderWay = false }
  }

  /// A whole frame behind what waits, unless that is so much already that it would come too late to be of use. A peer that asks and
  /// does not read costs no more than this.
  private func tell(atMost count: Int, _ body: (inout OutputSpan<UInt8>) -> Void) {
    guard let link, link.stage == .linked, link.output.count < Replicator.defaultOutputLimit else { return }
    link.output.reserve(count)
    link.output.write(body)
    if !link.flush() { fail(link) }
  }
}
