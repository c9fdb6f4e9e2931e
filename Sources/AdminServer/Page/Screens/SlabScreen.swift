import CacheServer

/// The slab classes: what size they are for, how full they are; from each the way to its items.
extension PageRouter {
  func slabScreen(_ request: PageRequest) -> PageResult {
    let amounts = Amounts(request.language)
    let (slabs, items) = (bySlab("slabs"), bySlab("items"))
    let rows = slabs.keys.sorted().map { number -> HTML in
      let (slab, held) = (slabs[number] ?? [:], items[number] ?? [:])
      let (used, total) = (slab["used_chunks"] ?? 0, slab["total_chunks"] ?? 0)
      return """
        <tr><th scope="row">\(itemLink(request, number))</th><td class="number">\(amounts.bytes(slab["chunk_size"] ?? 0))</td>\
        <td class="number">\(amounts.count(slab["total_pages"] ?? 0))</td><td class="number">\(amounts.count(used))</td>\
        <td class="number">\(amounts.count(total))</td>\
        <td><progress max="\(max(total, 1))" value="\(used)">\(amounts.count(used))</progress></td>\
        <td class="number">\(amounts.count(held["evicted"] ?? 0))</td>\
        <td class="number">\(amounts.count(slab["get_hits"] ?? 0))</td>\
        <td class="number">\(amounts.duration(held["age"] ?? 0))</td></tr>
        """
    }
    let head = request.heads([
      (.slabClass, false), (.chunkSize, true), (.pages, true), (.chunksUsed, true), (.chunksTotal, true),
      (.fullness, false), (.evictions, true), (.hits, true), (.ageOfNext, true),
    ])
    let table: HTML =
      rows.isEmpty
      ? "<p class=\"soft\">\(request.say(.nothingHeld))</p>"
      : """
      <div class="scroll"><table><caption>\(request.say(.slabCaption))</caption><thead><tr>\(head)</tr></thead>\
      <tbody>\(rows.joined())</tbody></table></div>
      """
    return .page(
      title: request.say(.slabs), "<section id=\"slabs\" data-live>\(table)</section>", refreshes: true)
  }

  private func itemLink(_ request: PageRequest, _ number: Int) -> HTML {
    access.mayList ? "<a href=\"/items?class=\(number)\">\(request.say(.classNumber, "\(number)"))</a>" : "\(number)"
  }

  /// By class and name, of a group of `stats`.
  private func bySlab(_ group: String) -> [Int: [String: UInt64]] {
    var found: [Int: [String: UInt64]] = [:]
    for sample in access.report.samples(group) ?? [] {
      guard let label = sample.label, let number = Int(label.value), let value = sample.value.number else { continue }
      found[number, default: [:]][sample.name] = UInt64(saturating: value)
    }
    return found
  }
}
