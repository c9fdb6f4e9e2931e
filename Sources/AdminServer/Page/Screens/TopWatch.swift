import CacheServer

/// What is asked for most: commands by their counters, and keys by a sample of `watch` that somebody has asked for.
///
/// Counters are read once a second while somebody looks. Keys are off until they are asked for, and for thirty seconds then: meanwhile
/// the workers execute requests one by one and make a line of each. A line that finds no room is dropped, so it is a sample.
/// **Bounds**: so many keys; beyond, those that were seen once make room.
final class TopWatch {
  static let seconds: UInt64 = 30
  static let maxKeys = 2000

  /// Rates of the last second, by name.
  private(set) var rates: [(name: String, perSecond: Double)] = []
  private(set) var keys: [String: Int] = [:]
  private(set) var sampled = 0
  private var watch: InternalWatch?
  private var looks = 0
  private var last: [String: UInt64] = [:]
  private var report: ServerReport?

  static let counters = [
    "cmd_get", "get_hits", "get_misses", "cmd_set", "cmd_touch", "cmd_meta", "delete_hits", "delete_misses",
    "incr_hits",
    "incr_misses", "decr_hits", "decr_misses", "cas_hits", "cas_misses", "cas_badval", "cmd_flush", "total_connections",
  ]

  var isWatching: Bool { watch != nil }

  /// Somebody looks: counters are read for the next seconds.
  func look(_ report: ServerReport) {
    if looks == 0 { last = [:] }
    (looks, self.report) = (6, report)
  }

  func start(_ watch: InternalWatch) {
    (keys, sampled) = ([:], 0)
    self.watch = watch
  }

  /// Once a second.
  func take() {
    if looks > 0 { takeCounters() }
    guard let watch else { return }
    for line in watch.takeLines() { note(line) }
    if watch.isOver { self.watch = nil }
  }

  private func takeCounters() {
    looks -= 1
    var now: [String: UInt64] = [:]
    for sample in report?.samples("") ?? [] where Self.counters.contains(sample.name) {
      now[sample.name] = sample.value.number.map { UInt64(saturating: $0) }
    }
    if !last.isEmpty {
      rates = Self.counters.compactMap { name in
        guard let before = last[name], let after = now[name], after >= before else { return nil }
        return (name, Double(after - before))
      }.sorted { $0.perSecond > $1.perSecond }
    }
    last = now
  }

  /// `ts=… gid=… type=item_get key=K status=found …`
  func note(_ line: String) {
    guard let word = line.split(separator: " ").first(where: { $0.hasPrefix("key=") }) else { return }
    sampled += 1
    let key = String(word.dropFirst(4))
    if keys[key] == nil, keys.count >= Self.maxKeys { keys = keys.filter { $0.value > 1 } }
    if keys[key] != nil || keys.count < Self.maxKeys { keys[key, default: 0] += 1 }
  }

  func hottest(_ count: Int) -> [(key: String, count: Int)] {
    keys.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(count).map { ($0.key, $0.value) }
  }
}

extension PageRouter {
  func topScreen(_ request: PageRequest) -> PageResult {
    top.look(access.report)
    let main: HTML = """
      <section id="commands" data-live><h2>\(request.say(.commandsNow))</h2>\(commandTable(request))</section>
      <section id="hot" data-live><h2>\(request.say(.hotKeys))</h2>\(keyTable(request))</section>
      \(request.session.map { watchForm(request, $0) } ?? "<p class=\"soft\">\(request.say(.hotKeysNeedLogin))</p>")
      """
    return .page(title: request.say(.top), main, refreshes: true)
  }

  func startTop(_ request: PageRequest) -> PageResult {
    guard let watch = access.watch("fetchers mutations deletions", seconds: TopWatch.seconds) else {
      return message(request, .watchingIsOff, status: 403)
    }
    top.start(watch)
    return .goTo("/top#hot")
  }

  private func watchForm(_ request: PageRequest, _ session: Session) -> HTML {
    """
    <form method="post" action="/top"><input type="hidden" name="token" value="\(sessions.token(session))">\
    <p class="soft">\(request.say(.hotKeysCost, "\(TopWatch.seconds)"))</p><button>\(request.say(.sampleNow))</button></form>
    """
  }

  private func commandTable(_ request: PageRequest) -> HTML {
    let amounts = Amounts(request.language)
    let rows = top.rates.map { rate -> HTML in
      """
      <tr><th scope="row"><code>\(rate.name)</code></th><td class="number">\(amounts.decimal(rate.perSecond, digits: 0))</td></tr>
      """
    }
    if rows.isEmpty { return "<p class=\"soft\">\(request.say(.inASecond))</p>" }
    return """
      <table><thead><tr><th scope="col">\(request.say(.counter))</th><th scope="col" class="number">\(request.say(.perSecond))</th></tr></thead>\
      <tbody>\(rows.joined())</tbody></table>
      """
  }

  private func keyTable(_ request: PageRequest) -> HTML {
    let state = top.isWatching ? request.say(.sampling) : ""
    if top.sampled == 0 { return "<p class=\"soft\">\(request.say(.noSample)) \(state)</p>" }
    let amounts = Amounts(request.language)
    let rows = top.hottest(30).map { entry -> HTML in
      let key = Fields.percentDecoded(entry.key)
      let share = amounts.decimal(Double(entry.count) / Double(top.sampled) * 100)
      return """
        <tr><td><a class="key" href="/key?h=\(HexText.text(key))">\(KeyText.shown(key))</a></td>\
        <td class="number">\(amounts.count(entry.count))</td><td class="number">\(share) %</td></tr>
        """
    }
    return """
      <table><caption>\(request.say(.sampledRequests, amounts.count(top.sampled))) \(state)</caption><thead><tr>\
      <th scope="col">\(request.say(.key))</th><th scope="col" class="number">\(request.say(.requests))</th>\
      <th scope="col" class="number">\(request.say(.share))</th></tr></thead><tbody>\(rows.joined())</tbody></table>
      """
  }
}
