import CacheServer

/// The items, by class, by the beginning of their key, or by a pattern: as many as one short step finds, and the way on.
extension PageRouter {
  func itemScreen(_ request: PageRequest) -> PageResult {
    if !access.mayList { return message(request, .listingIsOff, status: 403) }
    var search = ItemSearch()
    search.prefix = request.query.bytes("prefix") ?? []
    search.pattern = request.query.bytes("pattern") ?? []
    search.slabClass = request.query.number("class").flatMap { 1...255 ~= $0 ? Int($0) : nil }
    search.place = UInt64(request.query.text("from")) ?? 0
    if search.pattern.count > 250 { return message(request, .patternTooLong, status: 400) }
    let page = access.items(search)
    let main: HTML =
      "\(searchForm(request, search))\(found(request, search, page))\(typedKey(request))\(flushLink(request))"
    return .page(title: request.say(.items), main)
  }

  private func searchForm(_ request: PageRequest, _ search: ItemSearch) -> HTML {
    """
    <form method="get" action="/items" class="line" role="search">
    <label>\(request.say(.prefix))<input name="prefix" value="\(String(decoding: search.prefix, as: UTF8.self))"></label>
    <label>\(request.say(.pattern))<input name="pattern" value="\(String(decoding: search.pattern, as: UTF8.self))"></label>
    <label>\(request.say(.slabClass))<input name="class" inputmode="numeric" size="4" value="\(search.slabClass.map(String.init) ?? "")"></label>
    <button>\(request.say(.search))</button></form>
    """
  }

  private func typedKey(_ request: PageRequest) -> HTML {
    """
    <h2>\(request.say(.oneKey))</h2><form method="get" action="/key" class="line">
    <label>\(request.say(.key))<input name="key" required maxlength="250"></label><button>\(request.say(.look))</button></form>
    """
  }

  private func flushLink(_ request: PageRequest) -> HTML {
    request.mayChange ? "<p><a href=\"/flush\">\(request.say(.flushAll))</a></p>" : ""
  }

  private func found(_ request: PageRequest, _ search: ItemSearch, _ page: ItemPage) -> HTML {
    let amounts = Amounts(request.language)
    let rows = page.items.map { item -> HTML in
      """
      <tr><td><a class="key" href="/key?h=\(HexText.text(item.key))">\(KeyText.shown(item.key))</a></td>\
      <td class="number">\(amounts.bytes(UInt64(clamping: item.valueCount)))</td>\
      <td class="number">\(amounts.remaining(item.remaining))</td><td class="number">\(item.clientFlags)</td>\
      <td class="number">\(amounts.duration(item.idleSeconds))</td><td class="number">\(item.slabClass)</td></tr>
      """
    }
    let head = request.heads([
      (.key, false), (.size, true), (.timeToLive, true), (.flags, true), (.idle, true), (.slabClass, true),
    ])
    let percent = amounts.decimal(page.progress * 100)
    let state = request.say(.walked, amounts.count(page.examined), amounts.count(page.items.count), percent)
    let way: HTML =
      page.next.map { next in
        "<p><a rel=\"next\" href=\"\(address(search, next))\">\(request.say(.goOn))</a></p>"
      } ?? "<p class=\"soft\">\(request.say(.thatWasAll))</p>"
    return """
      <div class="scroll"><table><caption>\(state)</caption><thead><tr>\(head)</tr></thead>\
      <tbody>\(rows.joined())</tbody></table></div>\(way)
      """
  }

  private func address(_ search: ItemSearch, _ next: UInt64) -> String {
    func encoded(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self).percentEncoded }
    return "/items?prefix=\(encoded(search.prefix))&pattern=\(encoded(search.pattern))"
      + "&class=\(search.slabClass.map(String.init) ?? "")&from=\(next)"
  }
}
