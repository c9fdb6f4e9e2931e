import CacheServer

/// set, delete, touch, flush: each a form with a confirmation, done by a worker as a client's command.
extension PageRouter {
  func changeForms(_ request: PageRequest, _ key: [UInt8], _ item: LocalItem?) -> HTML {
    let (hex, token) = (HexText.text(key), request.session.map(sessions.token) ?? "")
    let hidden: HTML =
      "<input type=\"hidden\" name=\"token\" value=\"\(token)\"><input type=\"hidden\" name=\"h\" value=\"\(hex)\">"
    let text =
      item.flatMap { $0.value.count == $0.valueCount ? String(validating: $0.value, as: UTF8.self) : nil } ?? ""
    let seconds = max(0, (item?.remaining ?? 0) / 1000)
    return """
      <h2>\(request.say(.change))</h2>
      <form method="post" action="/key/set">\(hidden)
      <label>\(request.say(.value))<textarea name="value">\(text)</textarea></label>
      <div class="line"><label>\(request.say(.flags))<input name="flags" inputmode="numeric" value="\(item?.clientFlags ?? 0)"></label>
      <label>\(request.say(.secondsToLive))<input name="seconds" inputmode="numeric" value="\(seconds)"></label></div>
      \(confirmation(request, .sureToReplace))<button>\(request.say(.set))</button></form>
      <form method="post" action="/key/touch" class="line">\(hidden)
      <label>\(request.say(.secondsToLive))<input name="seconds" inputmode="numeric" value="\(seconds)"></label>
      \(confirmation(request, .sureToTouch))<button>\(request.say(.touch))</button></form>
      <p><a href="/key/confirm?h=\(hex)">\(request.say(.deleteKey))</a></p>
      """
  }

  private func confirmation(_ request: PageRequest, _ phrase: Phrase) -> HTML {
    "<label><span><input type=\"checkbox\" name=\"sure\" value=\"1\" required> \(request.say(phrase))</span></label>"
  }

  func confirmKey(_ request: PageRequest) -> PageResult {
    guard let session = request.session else { return message(request, .readOnly, status: 403) }
    guard let key = request.key else { return message(request, .noSuchKeyName, status: 400) }
    let main: HTML = """
      <p class="key"><strong>\(KeyText.shown(key))</strong></p><p>\(request.say(.sureToDelete))</p>
      <form method="post" action="/key/delete"><input type="hidden" name="token" value="\(sessions.token(session))">
      <input type="hidden" name="h" value="\(HexText.text(key))"><input type="hidden" name="sure" value="1">
      <button class="danger">\(request.say(.deleteKey))</button> <a href="/key?h=\(HexText.text(key))">\(request.say(.cancel))</a></form>
      """
    return .page(title: request.say(.deleteKey), main)
  }

  func confirmFlush(_ request: PageRequest) -> PageResult {
    guard let session = request.session else { return message(request, .readOnly, status: 403) }
    let main: HTML = """
      <p class="bad"><strong>\(request.say(.sureToFlush))</strong></p>
      <form method="post" action="/flush"><input type="hidden" name="token" value="\(sessions.token(session))">
      <label>\(request.say(.typeFlush, "flush"))<input name="word" required autocomplete="off"></label>
      <button class="danger">\(request.say(.flushAll))</button> <a href="/">\(request.say(.cancel))</a></form>
      """
    return .page(title: request.say(.flushAll), main)
  }

  func setKey(_ request: PageRequest) -> PageResult {
    guard request.form.text("sure") == "1" else { return message(request, .notConfirmed, status: 400) }
    guard let key = request.key else { return message(request, .noSuchKeyName, status: 400) }
    guard let flags = UInt32(request.form.text("flags").trimmed), let seconds = request.form.number("seconds") else {
      return message(request, .noNumber, status: 400)
    }
    let value = request.form.bytes("value") ?? []
    return change(.set(key: key, value: value, clientFlags: flags, seconds: seconds), request, key)
  }

  func deleteKey(_ request: PageRequest) -> PageResult {
    guard request.form.text("sure") == "1" else { return message(request, .notConfirmed, status: 400) }
    guard let key = request.key else { return message(request, .noSuchKeyName, status: 400) }
    return change(.delete(key: key), request, key)
  }

  func touchKey(_ request: PageRequest) -> PageResult {
    guard request.form.text("sure") == "1" else { return message(request, .notConfirmed, status: 400) }
    guard let key = request.key else { return message(request, .noSuchKeyName, status: 400) }
    guard let seconds = request.form.number("seconds") else { return message(request, .noNumber, status: 400) }
    return change(.touch(key: key, seconds: seconds), request, key)
  }

  func flush(_ request: PageRequest) -> PageResult {
    guard request.form.text("word").trimmed == "flush" else { return message(request, .notConfirmed, status: 400) }
    return change(.flush, request, nil)
  }

  /// - Parameter key: what is shown afterwards; nil: the pair.
  private func change(_ change: ItemChange, _ request: PageRequest, _ key: [UInt8]?) -> PageResult {
    if let key, !ItemChange.canName(key) { return message(request, .keyTooLong, status: 400) }
    guard let command = access.change(change) else { return message(request, .startingOrEnding, status: 503) }
    return .later { [unowned self] in
      guard case .ended(let answer, _) = command.poll() else { return nil }
      switch ItemChange.outcome(answer) {
      case .done: return .goTo(key.map { "/key?h=\(HexText.text($0))" } ?? "/")
      case .notFound: return message(request, .nothingThere, status: 404)
      case .refused(let why):
        return .page(
          title: request.say(.notDone), "<p class=\"bad\">\(request.say(.refusedByServer, why))</p>", status: 409)
      }
    }
  }
}
