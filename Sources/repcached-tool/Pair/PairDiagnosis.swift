import Platform
import Transport

/// Why two sides do not stream, from what both tell, in words that name the flag to change.
///
/// ```
///   each alone: does it answer? replication on? what did it warn of last?
///   each of the other: does it look for it, at its port? linked with it, or with somebody else?
///   both: secret, TLS, version, clocks; -m, -I, -M, -C
/// ```
///
/// A plain value of two reports; only whether a port of the pair is open is tried, where that is wanted.
struct PairDiagnosis {
  struct Finding: Encodable, Equatable, Sendable {
    enum Verdict: String, Encodable, Sendable { case ok, note, wrong }
    let verdict: Verdict
    let text: String

    var line: String { left(verdict.rawValue, 7) + text + "\n" }
  }

  private(set) var findings: [Finding] = []
  private let sides: [SideReport]
  /// Of the wall clocks; beyond it two do not pair.
  private static let clockLimit = 60

  /// - Parameter tries: whether ports of the pair may be tried from here.
  init(_ sides: [SideReport], tries: Bool = false) {
    self.sides = sides
    for side in sides { judge(side) }
    guard sides.count > 1 else {
      add(.wrong, "one side is named, and where clients reach the other is not known from here: name both")
      return
    }
    guard sides.allSatisfy({ $0.fault == nil && !$0.pair.isEmpty }) else { return }
    judgeLinks(tries)
    judgeTogether()
  }

  private mutating func add(_ verdict: Finding.Verdict, _ text: String) {
    findings.append(Finding(verdict: verdict, text: ShownText.of(text)))
  }

  // MARK: Each alone

  private mutating func judge(_ side: SideReport) {
    if let fault = side.fault { return add(.wrong, fault) }
    if side.pair.isEmpty { return add(.wrong, "\(side.server) is no repcached") }
    let words =
      "\(side.server): state \(side.state), peer \(side.peer ?? "none"), looks for \(side.wantedPeer ?? "none")"
    switch side.state {
    case "stream": add(.ok, words)
    case "copy": add(.note, "\(words): a copy is under way")
    case "off": add(.wrong, "\(side.server): replication is off, by -X 0")
    default: add(.wrong, words)
    }
    if !side.isLinked, let warning = side.pair["last_warning"], warning != "none" {
      add(.wrong, "\(side.server) has said: \(warning)")
    }
  }

  // MARK: Of each other

  private mutating func judgeLinks(_ tries: Bool) {
    let (a, b) = (sides[0], sides[1])
    if a.isLinked, b.isLinked { return judgeWhoIsLinked(a, b) }
    if a.wantedPeer == nil, b.wantedPeer == nil {
      add(.wrong, "neither looks for the other: one of the two needs -x")
    }
    for (side, other) in [(a, b), (b, a)] where !side.isLinked {
      judgePort(side, other)
      if tries { tryPort(side, other) }
    }
  }

  /// Each must be linked with a host of the other's.
  private mutating func judgeWhoIsLinked(_ a: SideReport, _ b: SideReport) {
    if a.pair["role"] == b.pair["role"] {
      add(.wrong, "both are \(a.pair["role"] ?? "masters"): each is linked with somebody else")
    }
  }

  private mutating func judgePort(_ side: SideReport, _ other: SideReport) {
    guard let wanted = side.wantedPeer.flatMap({ ServerName($0) }), case .tcp(_, let port) = wanted.place,
      let listens = other.number("peer_port"), listens != Int(port)
    else { return }
    add(.wrong, "\(side.server) looks for its peer on port \(port), \(other.server) listens on \(listens): -X")
  }

  /// From here: a firewall between the two is not seen by that.
  private mutating func tryPort(_ side: SideReport, _ other: SideReport) {
    guard let host = ServerName(other.server)?.host, let port = other.number("peer_port"), port > 0,
      let place = ServerName("\(host.contains(":") ? "[\(host)]" : host):\(port)"),
      let addresses = try? place.addresses()
    else { return }
    for address in addresses where (try? WaitingConnection(to: address, within: .seconds(2))) != nil { return }
    add(.wrong, "\(other.server): nobody listens on the port of the pair, \(place): -l, -X, or a firewall")
  }

  // MARK: Both

  private mutating func judgeTogether() {
    let (a, b) = (sides[0], sides[1])
    differ("repl_secret", in: \.settings) { "only \($0) has a secret: -o repl_secret to both, or to none" }
    differ("repl_tls", in: \.settings) { "only \($0) has -o repl_tls: to both, or to none" }
    if a.general["version"] != b.general["version"] {
      add(.note, "versions: \(a.general["version"] ?? "?") and \(b.general["version"] ?? "?")")
    }
    judgeClocks(a, b)
    for (name, flag) in [
      ("maxbytes", "-m"), ("item_size_max", "-I"), ("evictions", "-M"), ("cas_enabled", "-C"),
    ] where a.settings[name] != b.settings[name] {
      add(.note, "\(flag) differs: \(a.settings[name] ?? "?") and \(b.settings[name] ?? "?")")
    }
  }

  private mutating func differ(
    _ name: String, in group: KeyPath<SideReport, [String: String]>, _ words: (String) -> String
  ) {
    guard let one = sides[0][keyPath: group][name], let other = sides[1][keyPath: group][name], one != other else {
      return
    }
    add(.wrong, words(one == "yes" ? sides[0].server : sides[1].server))
  }

  /// Both were asked within a second or so; linked ones know it better.
  private mutating func judgeClocks(_ a: SideReport, _ b: SideReport) {
    let told = a.isLinked ? a.number("clock_offset_ms").map { $0 / 1000 } : nil
    guard let apart = told ?? Self.difference(a.number("time"), b.number("time")) else { return }
    let words = "the clock of \(b.server) is \(abs(apart)) s \(apart < 0 ? "behind" : "ahead")"
    if abs(apart) >= Self.clockLimit {
      add(.wrong, "\(words): above \(Self.clockLimit) s they do not pair; repair NTP")
    } else if abs(apart) > 2 {
      add(.note, "\(words): repair NTP")
    }
  }

  private static func difference(_ one: Int?, _ other: Int?) -> Int? {
    guard let one, let other else { return nil }
    return other - one
  }
}
