import CacheServer

/// The pair on one screen: what is wrong and what to do, both sides beside each other, whether they hold the same.
extension PageRouter {
  func pairScreen(_ request: PageRequest) -> PageResult {
    let (link, local, peer) = (access.link, access.local, access.peer)
    let findings = Diagnosis(link, local, peer, access.lines, access.digests, now: access.unixMicroseconds).findings
    let view = PairView(request: request, access: access, link: link, now: access.unixMicroseconds)
    let main: HTML = """
      <section id="findings" data-live aria-live="polite"><h2>\(request.say(.howItIs))</h2>\(view.list(findings))</section>
      <section id="sides" data-live><h2>\(request.say(.bothSides))</h2><div class="sides">
      \(view.side(local, isLocal: true))\(view.side(peer, isLocal: false))</div></section>
      <section id="digests" data-live><h2>\(request.say(.sameContent))</h2>\(view.digests(access.digests))</section>
      \(view.askForm(token: request.session.map(sessions.token)))
      <section id="lines" data-live><h2>\(request.say(.linkLog))</h2>\(view.lines(access.lines))</section>
      """
    return .page(title: request.say(.pair), main, refreshes: true)
  }

  func askDigests(_ request: PageRequest) -> PageResult {
    access.askDigests()
    return .goTo("/#digests")
  }
}

/// The parts of the screen.
struct PairView {
  let request: PageRequest
  let access: AdminAccess
  let link: LinkView
  let now: UInt64

  func list(_ findings: [Finding]) -> HTML {
    let items = findings.map { finding -> HTML in
      let (what, remedy) = (finding.what.text(request.language, finding.arguments), finding.remedy)
      let more: HTML =
        remedy.map { "<p>\(request.say(.remedy)) \($0.text(request.language, finding.arguments))</p>" } ?? ""
      return "<li class=\"\(finding.severity.rawValue)\"><strong>\(what)</strong>\(more)</li>"
    }
    return "<ul class=\"findings\">\(items.joined())</ul>"
  }

  func side(_ numbers: SideNumbers?, isLocal: Bool) -> HTML {
    let title = isLocal ? request.say(.thisSide) : request.say(.otherSide)
    let place = isLocal ? access.name : link.peer ?? link.wantedPeer ?? ""
    let body: HTML = numbers.map { facts($0, isLocal: isLocal) } ?? "<p class=\"soft\">\(absence(isLocal))</p>"
    return """
      <article class="side \(isLocal ? "local" : "remote")" aria-label="\(title)"><h3>\(title)</h3>\
      <p class="key">\(place)</p>\(body)</article>
      """
  }

  private func absence(_ isLocal: Bool) -> String {
    if isLocal { return request.say(.startingOrEnding) }
    if !link.isOn { return request.say(.replicationOff) }
    return link.peer == nil ? request.say(.noPeerNow) : request.say(.notTold)
  }

  private func facts(_ numbers: SideNumbers, isLocal: Bool) -> HTML {
    let words = Amounts(request.language)
    var rows: [(Phrase, HTML?)] = [
      (.role, numbers.roleWord.map(Self.text)), (.linkState, state(numbers)),
      (.servesClients, numbers[.isServing].map { Self.text(request.say($0 == 1 ? .yes : .no)) }),
      (.version, numbers.versionWord.map(Self.text)),
      (.uptime, numbers[.uptimeSeconds].map { Self.text(words.duration($0)) }),
      (.lag, numbers[.lagMicroseconds].map { Self.text(words.microseconds($0)) }),
      (.queued, numbers[.queueRecords].map { Self.text(words.count($0)) }),
      (.lastCopyOut, copy(numbers, .copyOutTotal, .copyOutDone, .copyOutEndedAt, bit: 1)),
      (.lastCopyIn, copy(numbers, .copyInTotal, .copyInDone, .copyInEndedAt, bit: 2)),
      (.conflicts, numbers[.conflicts].map { Self.text(words.count($0)) }),
      (.refusedPeers, numbers[.refusedPeers].map { Self.text(words.count($0)) }),
      (.items, numbers[.items].map { Self.text(words.count($0)) }),
      (.memory, memory(numbers, words)),
    ]
    if isLocal, link.peer != nil {
      rows.insert((.clockOffset, Self.text(words.milliseconds(link.clockOffsetMilliseconds))), at: 6)
    }
    let parts = rows.map { phrase, value -> HTML in
      "<dt>\(request.say(phrase))</dt><dd>\(value ?? Self.text(request.say(.notTold)))</dd>"
    }
    return "<dl>\(parts.joined())</dl>"
  }

  private static func text(_ text: String) -> HTML { "\(text)" }

  private func state(_ numbers: SideNumbers) -> HTML? {
    guard let word = numbers.stateWord else { return nil }
    let meaning: [String: Phrase] = [
      "off": .stateOff, "listen": .stateListen, "connect": .stateConnect, "copy": .stateCopy, "stream": .stateStream,
    ]
    return "<code>\(word)</code> \(meaning[word].map { request.say($0) } ?? "")"
  }

  private func copy(
    _ numbers: SideNumbers, _ total: SideNumber, _ done: SideNumber, _ end: SideNumber, bit: UInt64
  ) -> HTML? {
    let words = Amounts(request.language)
    guard let total = numbers[total], let done = numbers[done], let end = numbers[end] else { return nil }
    if (numbers[.copiesUnderWay] ?? 0) & bit != 0 {
      let text = request.say(.copyUnderWay, words.count(done), words.count(max(total, done)))
      return "\(text) <progress max=\"\(max(total, done, 1))\" value=\"\(done)\">\(text)</progress>"
    }
    if end == 0 { return Self.text(request.say(.never)) }
    return Self.text(request.say(.copyEnded, words.count(done), words.ago(end, now: now)))
  }

  private func memory(_ numbers: SideNumbers, _ words: Amounts) -> HTML? {
    guard let used = numbers[.itemBytes], let limit = numbers[.memoryLimit] else { return nil }
    let text = request.say(.usedOf, words.bytes(used), words.bytes(limit))
    return "\(text) <progress max=\"\(max(limit, 1))\" value=\"\(min(used, limit))\">\(text)</progress>"
  }

  func digests(_ digests: DigestComparison) -> HTML {
    switch digests {
    case .notAsked: return "<p class=\"soft\">\(request.say(.digestsNotAsked))</p>"
    case .underWay: return "<p>\(request.say(.digestsUnderWay))</p>"
    case .localOnly(let sum):
      return "<p>\(request.say(.digestLocalOnly)) <code>\(String(sum, radix: 16))</code></p>"
    case .both(let local, let remote, let localItems, let remoteItems):
      let isEqual = local == remote
      let text = isEqual ? request.say(.digestsEqual) : request.say(.digestsDiffer)
      let words = Amounts(request.language)
      return """
        <p class="\(isEqual ? "good" : "bad")"><strong>\(text)</strong></p><dl>
        <dt>\(request.say(.thisSide))</dt><dd><code>\(String(local, radix: 16))</code> \(request.say(.itemsOf, words.count(localItems)))</dd>
        <dt>\(request.say(.otherSide))</dt><dd><code>\(String(remote, radix: 16))</code> \(request.say(.itemsOf, words.count(remoteItems)))</dd>
        </dl>
        """
    }
  }

  func askForm(token: String?) -> HTML {
    """
    <form method="post" action="/digests"><input type="hidden" name="token" value="\(token ?? "")">\
    <button>\(request.say(.compareNow))</button></form>
    """
  }

  func lines(_ lines: [PairLine]) -> HTML {
    if lines.isEmpty { return "<p class=\"soft\">\(request.say(.nothingYet))</p>" }
    let words = Amounts(request.language)
    let rows = lines.reversed().prefix(15).map { line -> HTML in
      """
      <tr><td>\(words.ago(line.unixMicroseconds, now: now))</td>\
      <td class="\(line.isWarning ? "warn" : "")">\(line.text)</td></tr>
      """
    }
    return """
      <div class="scroll"><table><caption>\(request.say(.linkLogCaption))</caption><thead><tr>\
      <th scope="col">\(request.say(.when))</th><th scope="col">\(request.say(.line))</th></tr></thead>\
      <tbody>\(rows.joined())</tbody></table></div>
      """
  }
}
