import CacheServer

/// What is wrong with the pair, in words, with the remedy.
struct Finding: Equatable {
  enum Severity: String {
    case bad, warn, good
  }

  let severity: Severity
  let what: Phrase
  let remedy: Phrase?
  let arguments: [String]

  init(_ severity: Severity, _ what: Phrase, _ remedy: Phrase? = nil, _ arguments: String...) {
    (self.severity, self.what, self.remedy, self.arguments) = (severity, what, remedy, arguments)
  }
}

/// From the numbers of both sides and the lines of the link to findings: a plain function of what is known, so that each is tried by a
/// test. A line counts for ten minutes, and while there is no link as long as it stands.
struct Diagnosis {
  let link: LinkView
  let local: SideNumbers?
  let peer: SideNumbers?
  let lines: [PairLine]
  let digests: DigestComparison
  let now: UInt64

  init(
    _ link: LinkView, _ local: SideNumbers?, _ peer: SideNumbers?, _ lines: [PairLine], _ digests: DigestComparison,
    now: UInt64
  ) {
    (self.link, self.local, self.peer, self.lines, self.digests, self.now) = (link, local, peer, lines, digests, now)
  }

  private static let lineLifeMicroseconds: UInt64 = 600_000_000

  /// The worst first; never none.
  var findings: [Finding] {
    if !link.isOn { return [Finding(.warn, .alone, .aloneRemedy)] }
    let all = refusals + linkFindings + pairFindings
    let sorted = all.filter { $0.severity == .bad } + all.filter { $0.severity == .warn }
    if !sorted.isEmpty { return sorted }
    return [Finding(.good, local?.stateWord == "copy" ? .copying : .allWell)]
  }

  // MARK: Words of the link

  /// By what a line says of a refusal (`GoodbyeReason`), on whichever side it was refused.
  private static let reasons: [(text: String, what: Phrase, remedy: Phrase)] = [
    ("secrets differ", .secretsDiffer, .secretsDifferRemedy),
    ("it has a secret, this side has none", .secretMissing, .secretMissingRemedy),
    ("it has no secret, this side has one", .secretUnwanted, .secretUnwantedRemedy),
    ("60 s", .clocksApart, .clocksApartRemedy),
    ("not admitted", .notAdmitted, .notAdmittedRemedy),
    ("told to pair with another", .otherPeer, .otherPeerRemedy),
    ("another protocol version", .versionsDiffer, .versionsDifferRemedy),
    ("already connected", .alreadyConnected, .alreadyConnectedRemedy),
    ("same host name", .sameName, .sameNameRemedy),
    ("connected to itself", .itself, .itselfRemedy),
    ("malformed data", .malformed, .malformedRemedy),
    ("TLS", .tlsFails, .tlsFailsRemedy),
  ]

  private var refusals: [Finding] {
    var seen: Set<Phrase> = []
    return recent.reversed().compactMap { line in
      guard line.text.contains("refused") || line.isWarning,
        let reason = Self.reasons.first(where: { line.text.contains($0.text) }), seen.insert(reason.what).inserted
      else { return nil }
      return Finding(link.peer == nil ? .bad : .warn, reason.what, reason.remedy, line.text)
    }
  }

  private var recent: [PairLine] {
    lines.filter { link.peer == nil || now &- min($0.unixMicroseconds, now) < Self.lineLifeMicroseconds }.suffix(20)
  }

  // MARK: The link

  private var linkFindings: [Finding] {
    var found: [Finding] = []
    if link.peer == nil {
      if let wanted = link.wantedPeer {
        found.append(Finding(.bad, .peerAway, .peerAwayRemedy, wanted))
      } else {
        found.append(Finding(.warn, .waitsForPeer, .waitsForPeerRemedy, link.listensOn.joined(separator: ", ")))
      }
    } else if link.speaksLegacy {
      found.append(Finding(.warn, .legacyPeer, .legacyPeerRemedy))
    } else if !link.peerTells {
      found.append(Finding(.warn, .peerTellsNothing, .peerTellsNothingRemedy))
    } else if peer == nil, link.upSeconds > 5 {
      found.append(Finding(.warn, .peerSilent, .peerSilentRemedy))
    }
    if !link.hasSecret { found.append(Finding(.warn, .noSecret, .noSecretRemedy)) }
    return found
  }

  // MARK: What the two say

  private var pairFindings: [Finding] {
    var found: [Finding] = []
    if abs(link.clockOffsetMilliseconds) >= 1000 {
      found.append(Finding(.warn, .clocksDiffer, .clocksDifferRemedy, "\(link.clockOffsetMilliseconds) ms"))
    }
    for (side, numbers) in [(Phrase.thisSide, local), (.otherSide, peer)] {
      if let numbers { found += sideFindings(side, numbers) }
    }
    if let here = local?[.memoryLimit], let there = peer?[.memoryLimit], here != there {
      found.append(Finding(.warn, .memoryDiffers, .memoryDiffersRemedy, "\(here >> 20)", "\(there >> 20)"))
    }
    if case .both(let here, let there, _, _) = digests, here != there {
      found.append(Finding(.bad, .contentsDiffer, .contentsDifferRemedy))
    }
    return found
  }

  private func sideFindings(_ side: Phrase, _ numbers: SideNumbers) -> [Finding] {
    let isLocal = side == .thisSide
    func finding(_ number: SideNumber, above limit: UInt64, _ what: Phrase, _ remedy: Phrase) -> Finding? {
      guard let value = numbers[number], value > limit else { return nil }
      return Finding(.warn, what, remedy, "\(value)", isLocal ? link.listensOn.first ?? "" : link.peer ?? "")
    }
    return [
      finding(.lagMicroseconds, above: 1_000_000, isLocal ? .lagHere : .lagThere, .lagRemedy),
      finding(.streamOverflows, above: 0, isLocal ? .overflowHere : .overflowThere, .overflowRemedy),
      finding(.valuesWithoutRoom, above: 0, isLocal ? .noRoomHere : .noRoomThere, .noRoomRemedy),
      finding(.refusedValues, above: 0, isLocal ? .refusedHere : .refusedThere, .refusedRemedy),
      finding(.conflicts, above: 0, isLocal ? .conflictsHere : .conflictsThere, .conflictsRemedy),
      numbers[.isServing] == 0 ? Finding(.bad, isLocal ? .notServingHere : .notServingThere, .notServingRemedy) : nil,
    ].compactMap(\.self)
  }
}
