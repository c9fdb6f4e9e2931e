import CacheServer
import Platform
import Synchronization

/// One key: what both sides hold under it, its value in whatever form it has, and what may be done with it.
extension PageRouter {
  /// How much of a value is shown.
  static let maxValueBytes = 64 << 10
  private static let peerNanoseconds: UInt64 = 1_500_000_000

  func keyScreen(_ request: PageRequest) -> PageResult {
    guard let key = request.key else { return message(request, .noSuchKeyName, status: 400) }
    let link = access.link
    guard link.peer != nil, link.peerTells else { return keyPage(request, key, remote: nil) }
    let answer = Answer()
    access.heldByPeer(key) { held in answer.state.withLock { $0 = (true, held) } }
    let deadline = SystemClock.monotonicNanoseconds() + Self.peerNanoseconds
    return .later { [unowned self] in
      let (isThere, held) = answer.state.withLock { $0 }
      guard isThere || SystemClock.monotonicNanoseconds() >= deadline else { return nil }
      return keyPage(request, key, remote: held)
    }
  }

  private final class Answer: Sendable {
    let state = Mutex<(isThere: Bool, held: HeldState?)>((false, nil))
  }

  private func keyPage(_ request: PageRequest, _ key: [UInt8], remote: HeldState?) -> PageResult {
    let item = access.item(key, valueBytes: request.mayChange ? Self.maxValueBytes : 0)
    let local = access.held(key)
    let main: HTML = """
      <p class="key"><strong>\(KeyText.shown(key))</strong></p>
      <h2>\(request.say(.bothSides))</h2>\(comparison(request, local, remote))
      \(item.map { value(request, $0) } ?? "")
      \(request.mayChange ? changeForms(request, key, item) : "")
      """
    return .page(title: request.say(.key), main)
  }

  // MARK: Both sides

  private func comparison(_ request: PageRequest, _ local: HeldState, _ remote: HeldState?) -> HTML {
    let amounts = Amounts(request.language)
    let rows: [(Phrase, (HeldState) -> String)] = [
      (.state, { request.say($0.phrase) }),
      (.stamp, { $0.touched == 0 ? "–" : String($0.touched) }),
      (.changedAt, { $0.changedAt.map { "\(Amounts.utc($0)) UTC" } ?? "–" }),
      (.timeToLive, { $0.kind == .live ? amounts.remaining($0.remaining) : "–" }),
      (.flags, { $0.kind == .live || $0.kind == .dead ? String($0.clientFlags) : "–" }),
      (.size, { $0.kind == .live || $0.kind == .dead ? amounts.bytes(UInt64($0.valueCount)) : "–" }),
    ]
    let body = rows.map { phrase, tell -> HTML in
      """
      <tr><th scope="row">\(request.say(phrase))</th><td>\(tell(local))</td>\
      <td>\(remote.map(tell) ?? request.say(.notTold))</td></tr>
      """
    }
    return """
      <div class="scroll"><table><thead><tr><td></td><th scope="col">\(request.say(.thisSide))</th>\
      <th scope="col">\(request.say(.otherSide))</th></tr></thead><tbody>\(body.joined())</tbody></table></div>\
      \(verdict(request, local, remote))
      """
  }

  private func verdict(_ request: PageRequest, _ local: HeldState, _ remote: HeldState?) -> HTML {
    guard let remote else { return HTML() }
    let isSame = local.isSameState(as: remote) || local.kind != .live && remote.kind != .live
    return
      "<p class=\"\(isSame ? "good" : "warn")\"><strong>\(request.say(isSame ? .sameState : .otherState))</strong></p>"
  }

  // MARK: The value

  private func value(_ request: PageRequest, _ item: LocalItem) -> HTML {
    let head: HTML = "<h2>\(request.say(.value))</h2>"
    if !request.mayChange { return "\(head)<p class=\"soft\">\(request.say(.valuesNeedLogin))</p>" }
    let chosen = ViewedValue.Form(rawValue: request.query.text("as"))
    let viewed = ViewedValue(item.value, isWhole: item.value.count == item.valueCount, chosen)
    let links = ViewedValue.Form.allCases.map { form -> HTML in
      let isHere = form == viewed.form
      return """
        <a href="/key?h=\(HexText.text(item.key))&amp;as=\(form.rawValue)"\(isHere ? " aria-current=\"true\"" as HTML : "")>\
        \(form.name)</a> \

        """
    }
    let cut: HTML =
      item.value.count < item.valueCount
      ? "<p class=\"warn\">\(request.say(.valueCut, Amounts(request.language).bytes(UInt64(Self.maxValueBytes))))</p>"
      : ""
    let fault: HTML = viewed.isReadable ? "" : "<p class=\"warn\">\(request.say(.notInThatForm))</p>"
    return
      "\(head)<p>\(links.joined())</p>\(cut)\(fault)<pre tabindex=\"0\" aria-label=\"\(request.say(.value))\">\(viewed.text)</pre>"
  }
}

extension HeldState {
  fileprivate var phrase: Phrase {
    switch kind {
    case .absent: .stateAbsent
    case .live: .stateLive
    case .dead: .stateDead
    case .deleted: .stateDeleted
    }
  }
}
