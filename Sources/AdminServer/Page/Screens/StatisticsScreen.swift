import CacheServer

/// Statistics in words, and the last hour of both sides in pictures.
extension PageRouter {
  func statisticsScreen(_ request: PageRequest) -> PageResult {
    let minutes =
      [5, 15, 60].contains(request.query.number("minutes") ?? 0) ? Int(request.query.number("minutes") ?? 15) : 15
    let links = [5, 15, 60].map { choice -> HTML in
      let isHere = choice == minutes
      return """
        <a href="/statistics?minutes=\(choice)"\(isHere ? " aria-current=\"true\"" as HTML : "")>\(request.say(.minutes, "\(choice)"))</a> \

        """
    }
    let main: HTML = """
      <p>\(links.joined())</p>
      <section id="charts" data-live class="charts" aria-label="\(request.say(.charts))">\(charts(request, minutes))</section>
      <section id="words" data-live><h2>\(request.say(.inWords))</h2>\(words(request))</section>
      <h2>\(request.say(.everyNumber))</h2>\(everyNumber(request))
      """
    return .page(title: request.say(.statistics), main, refreshes: true)
  }

  // MARK: Pictures

  private func charts(_ request: PageRequest, _ minutes: Int) -> HTML {
    let amounts = Amounts(request.language)
    let perSecond = { (value: Float) in "\(amounts.decimal(Double(value), digits: value < 100 ? 1 : 0))/s" }
    let bytesPerSecond = { (value: Float) in "\(amounts.bytes(UInt64(saturating: Double(value))))/s" }
    let plain = { (value: Float) in amounts.count(UInt64(saturating: Double(value))) }
    let list: [(Phrase, Series, (Float) -> String, Float)] = [
      (.hitRate, .hitRate, { "\(amounts.decimal(Double($0) * 100)) %" }, 1), (.gets, .gets, perSecond, 1),
      (.sets, .sets, perSecond, 1), (.otherCommands, .others, perSecond, 1),
      (.bytesIn, .bytesRead, bytesPerSecond, 1024), (.bytesOut, .bytesWritten, bytesPerSecond, 1024),
      (.evictions, .evictions, perSecond, 1), (.connections, .connections, plain, 1),
      (.memory, .itemBytes, { amounts.bytes(UInt64(saturating: Double($0))) }, 1024),
      (.lag, .lagMicroseconds, { amounts.microseconds(UInt64(saturating: Double($0))) }, 1000),
    ]
    return list.map { phrase, series, unit, least -> HTML in
      func points(_ isLocal: Bool) -> [Float] {
        history.ring.means(series, isLocal: isLocal, seconds: minutes * 60, points: 120)
      }
      return Chart(
        title: request.say(phrase), unit: unit, local: points(true), remote: points(false), least: least,
        names: (request.say(.thisSide), request.say(.otherSide)),
        span: (request.say(.minutesAgo, "\(minutes)"), request.say(.now))
      ).html
    }.joined()
  }

  // MARK: Words

  private func words(_ request: PageRequest) -> HTML {
    guard let local = access.local else { return "<p>\(request.say(.startingOrEnding))</p>" }
    let amounts = Amounts(request.language)
    let (gets, hits) = (local[.gets] ?? 0, local[.getHits] ?? 0)
    var lines: [String] = []
    if gets == 0 {
      lines.append(request.say(.wordsNoGets))
    } else {
      lines.append(
        request.say(
          .wordsHits, amounts.count(gets), amounts.count(hits), amounts.decimal(Double(hits) / Double(gets) * 100)))
    }
    let (used, limit) = (local[.itemBytes] ?? 0, max(local[.memoryLimit] ?? 1, 1))
    lines.append(
      request.say(
        .wordsMemory, amounts.count(local[.items] ?? 0), amounts.bytes(used), amounts.bytes(limit),
        amounts.decimal(Double(used) / Double(limit) * 100)))
    let evictions = local[.evictions] ?? 0
    lines.append(
      evictions == 0 ? request.say(.wordsNoEvictions) : request.say(.wordsEvictions, amounts.count(evictions)))
    lines.append(
      request.say(
        .wordsConnections, amounts.count(local[.connections] ?? 0), amounts.count(local[.maxConnections] ?? 0)))
    lines.append(
      request.say(.wordsBytes, amounts.bytes(local[.bytesRead] ?? 0), amounts.bytes(local[.bytesWritten] ?? 0)))
    return "<ul>\(lines.map { "<li>\($0)</li>" as HTML }.joined())</ul>"
  }

  private func everyNumber(_ request: PageRequest) -> HTML {
    let groups: [(Phrase, String)] = [(.general, ""), (.pair, "replication"), (.settings, "settings")]
    return groups.map { phrase, group -> HTML in
      let rows = (access.report.samples(group) ?? []).filter { $0.kind != .absent }.map { sample -> HTML in
        "<tr><th scope=\"row\"><code>\(sample.name)</code></th><td class=\"number\">\(sample.value.description)</td><td>\(sample.help)</td></tr>"
      }
      return """
        <details><summary>\(request.say(phrase))</summary><div class="scroll"><table><caption>\(request.say(.helpIsEnglish))</caption>\
        <thead><tr><th scope="col">\(request.say(.name))</th><th scope="col" class="number">\(request.say(.value))</th>\
        <th scope="col">\(request.say(.meaning))</th></tr></thead><tbody>\(rows.joined())</tbody></table></div></details>
        """
    }.joined()
  }
}
