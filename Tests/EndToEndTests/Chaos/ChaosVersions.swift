// What a random run tells of the order of its states. That is by when the value was freshly written, and then by when it was
// changed; clients see the second alone, as the cas unique. But each fresh value bears a token of its own:
//
//    set, add, replace           12.7+                 fresh is the cas unique that was shown with this text
//    append, prepend to it       12.7+3.9+             the fresh of the token that was written fresh
//    cas                         4.2+                  the fresh of the state whose unique the writer gave
//    incr, decr                  a number              after a set of ours was answered it is above what was shown before
//
// So fresh is known, or bounded: it is never above the cas unique.

/// The bounds of the order of a state.
struct ChaosVersion {
  var freshFrom: UInt64
  var freshTo: UInt64
  let changed: UInt64

  /// Whether it is certainly the older one.
  func isOlder(than other: ChaosVersion) -> Bool {
    if freshTo < other.freshFrom { return true }
    let isSame =
      freshFrom == freshTo && other.freshFrom == other.freshTo && freshTo == other.freshTo
    return isSame && changed < other.changed
  }
}

/// A token of a value, by its writer and number.
struct ChaosToken: Hashable {
  let writer: Int
  let number: Int

  /// Those in a value, without the filling of large ones; nil where there is something else.
  static func all(in text: String) -> [ChaosToken]? {
    var found: [ChaosToken] = []
    for piece in text.split(separator: "+") where !piece.allSatisfy({ $0 == "x" }) {
      let numbers = piece.split(separator: ".").compactMap { Int($0) }
      guard numbers.count == 2 else { return nil }
      found.append(ChaosToken(writer: numbers[0], number: numbers[1]))
    }
    return found
  }

  /// How a writer wrote it.
  enum Kind {
    case fresh
    /// By cas, with this unique.
    case compared(UInt64)
    case extending
  }
}

struct ChaosVersions {
  private let kinds: [[ChaosToken.Kind]]
  /// Of a token written fresh: the stamp of that.
  private var stamps: [ChaosToken: UInt64] = [:]
  /// The tokens of each key's states, by cas unique.
  private var states: [Int: [UInt64: [ChaosToken]]] = [:]

  init(_ notes: [ChaosWriter.Notes]) {
    kinds = notes.map(\.kinds)
    for sighting in notes.lazy.flatMap(\.sightings) {
      states[sighting.key, default: [:]][sighting.stamp] = sighting.tokens
      if sighting.tokens.count == 1, case .fresh = kind(sighting.tokens[0]) {
        stamps[sighting.tokens[0]] = sighting.stamp
      }
    }
  }

  /// Of a state with this cas unique.
  ///
  /// - Parameter above: its fresh is above this, as its writer knows.
  func version(_ key: Int, _ changed: UInt64, _ tokens: [ChaosToken], above: UInt64 = 0)
    -> ChaosVersion
  {
    if let fresh = fresh(key, tokens, below: changed) {
      return ChaosVersion(freshFrom: fresh, freshTo: fresh, changed: changed)
    }
    return ChaosVersion(freshFrom: min(above + 1, changed), freshTo: changed, changed: changed)
  }

  private func kind(_ token: ChaosToken) -> ChaosToken.Kind? {
    guard kinds.indices.contains(token.writer),
      kinds[token.writer].indices.contains(token.number - 1)
    else {
      return nil
    }
    return kinds[token.writer][token.number - 1]
  }

  private func fresh(_ key: Int, _ tokens: [ChaosToken], below changed: UInt64) -> UInt64? {
    for token in tokens {
      switch kind(token) {
      case .fresh: return stamps[token]
      // Of an older state, so this ends.
      case .compared(let unique) where unique < changed:
        guard let base = states[key]?[unique] else { return nil }
        return fresh(key, base, below: unique)
      case .compared, .extending, nil: continue
      }
    }
    return nil
  }
}
