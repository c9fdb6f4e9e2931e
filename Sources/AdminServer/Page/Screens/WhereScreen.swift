import KeyDistribution

/// Which server of a list has a key, by the rule of a client or a proxy.
extension PageRouter {
  static let rules: [(name: String, rule: Distribution)] = [
    ("php-memcached, libmemcached: modula (default)", .modula(.oneAtATime)),
    ("php-memcached: consistent (md5)", .consistent(.md5)),
    ("php-memcached: libketama compatible; pylibmc: ketama_weighted", .ketama),
    ("php-memcache: consistent, crc32 (default)", .phpMemcacheConsistent(.crc32)),
    ("php-memcache: consistent, fnv", .phpMemcacheConsistent(.fnv)),
    ("php-memcache: standard, crc32", .phpMemcacheStandard(.crc32)),
    ("python-memcached", .pythonMemcached),
    ("pymemcache: HashClient, keys of str", .pymemcache(.text)),
    ("pymemcache: HashClient, keys of bytes", .pymemcache(.bytes)),
    ("twemproxy: ketama, fnv1a_64", .twemproxyKetama(.fnv1ax64)),
    ("twemproxy: modula, fnv1a_64", .twemproxyModula(.fnv1ax64)),
    ("magent", .magent),
    ("magent -k", .magentKetama()),
    ("MemcacheClient: jump", .jump),
  ]
  static let maxServers = 64
  private static let maxWeight = 20
  /// Of all servers: rings have some 160 points for each, and anybody may ask.
  private static let maxWeights = 128

  func whereScreen(_ request: PageRequest) -> PageResult {
    let (list, key) = (request.query.text("servers"), request.query.bytes("key"))
    let chosen = Int(request.query.number("rule") ?? 0)
    let answer: HTML = key.map { found(request, $0, list, chosen) } ?? ""
    let options = Self.rules.indices.map { index -> HTML in
      "<option value=\"\(index)\"\(index == chosen ? " selected" as HTML : "")>\(Self.rules[index].name)</option>"
    }
    let main: HTML = """
      <p class="soft">\(request.say(.whereHelp))</p><form method="get" action="/where">
      <label>\(request.say(.servers))<textarea name="servers" required spellcheck="false">\(list)</textarea></label>
      <label>\(request.say(.rule))<select name="rule">\(options.joined())</select></label>
      <label>\(request.say(.key))<input name="key" required maxlength="250" value="\(String(decoding: key ?? [], as: UTF8.self))"></label>
      <p><button>\(request.say(.find))</button></p></form>\(answer)
      """
    return .page(title: request.say(.whichServer), main)
  }

  private func found(_ request: PageRequest, _ key: [UInt8], _ list: String, _ chosen: Int) -> HTML {
    guard Self.rules.indices.contains(chosen) else { return "" }
    let rule = Self.rules[chosen].rule
    guard let servers = Self.servers(list, atMost: Self.maxServers(rule)) else {
      return
        "<p class=\"bad\" role=\"alert\">\(request.say(.noServers, "\(Self.maxServers(rule))", "\(Self.maxWeight)", "\(Self.maxWeights)"))</p>"
    }
    let map = KeyMap(servers, rule)
    guard let place = map.server(for: key.span) else { return "<p class=\"bad\">\(request.say(.noServer))</p>" }
    let server = servers[place]
    return """
      <p role="status" class="good"><strong>\(request.say(.isAt, KeyText.shown(key), "\(server.host):\(server.port)", "\(place + 1)"))</strong></p>
      """
  }

  /// Of magent's ring each server has 2,000 points.
  static func maxServers(_ rule: Distribution) -> Int { rule == .magentKetama() ? 16 : maxServers }

  /// `HOST[:PORT] [WEIGHT]`, a line each; nil where a line is none, or there are too many, or they weigh too much.
  static func servers(_ list: String, atMost maxServers: Int = maxServers) -> [Server]? {
    let lines = list.split(whereSeparator: \.isNewline).map { String($0).trimmed }.filter { !$0.isEmpty }
    let servers = lines.prefix(maxServers + 1).compactMap(server)
    guard servers.count == lines.count, 1...maxServers ~= servers.count else { return nil }
    return servers.reduce(0) { $0 + $1.weight } <= maxWeights ? servers : nil
  }

  private static func server(_ line: String) -> Server? {
    let words = line.split(separator: " ").map(String.init)
    guard let place = words.first, words.count <= 2 else { return nil }
    let weight = words.count == 2 ? Int(words[1]) : 1
    guard let weight, 1...maxWeight ~= weight else { return nil }
    let colon = place.lastIndex(of: ":")
    let isPortless = colon == nil || place.hasSuffix("]")
    let host = isPortless ? place : String(place[..<(colon ?? place.endIndex)])
    let port = isPortless ? 11211 : UInt16(place[place.index(after: colon ?? place.startIndex)...])
    guard let port, port > 0, !host.isEmpty else { return nil }
    return Server(host: host, port: port, weight: weight)
  }
}
