// What a random run may say of the state that it left.
//
//    the same on both       key, value, flags, cas unique of everything
//    the greatest state     of those that were shown, and not lost with a killed daemon, none is greater than the one left, as
//                           far as `ChaosVersions` knows their order
//    one stamp, one state   wherever and whenever a key was shown with a stamp, it had the same value and flags
//    nothing from nowhere   every value is made of tokens that a writer has sent
//    nothing comes back     what an answered removal removed, not lost with a killed daemon, is older than what is left
//    nothing gets lost      a key that was shown and is gone was removed by someone, later
struct ChaosVerdict {
  private struct Left: Equatable {
    let stamp: UInt64
    let flags: UInt32
    let text: String
  }

  private let keys: ChaosKeys
  private let kills: Kills
  private let notes: [ChaosWriter.Notes]
  private let versions: ChaosVersions
  private(set) var complaints: [String] = []

  static func content(_ text: String, _ flags: UInt32) -> Int {
    var hasher = Hasher()
    hasher.combine(text)
    hasher.combine(flags)
    return hasher.finalize()
  }

  init(keys: ChaosKeys, kills: Kills, notes: [ChaosWriter.Notes], a: Client, b: Client) throws {
    (self.keys, self.kills, self.notes) = (keys, kills, notes)
    versions = ChaosVersions(notes)
    // An item with a short life may die between the two readings.
    var (here, there) = (try Self.left(a, keys), try Self.left(b, keys))
    _ = try eventually(.within(.seconds(10))) {
      if here == there { return true }
      (here, there) = (try Self.left(a, keys), try Self.left(b, keys))
      return false
    }
    for key in 0..<keys.count where here[key] != there[key] {
      complain(key, "a \(Self.told(here[key])), b \(Self.told(there[key]))")
    }
    let ordered = here.reduce(into: [:]) { $0[$1.key] = version($1.key, $1.value) }
    judgeStates(here, ordered)
    judgeRemovals(here, ordered)
    judgeTokens(here)
  }

  private mutating func complain(_ key: Int, _ text: String) {
    if complaints.count < 8 { complaints.append("\(ChaosKeys.name(key)): \(text)") }
  }

  private static func told(_ left: Left?) -> String {
    left.map { "\($0.stamp) flags \($0.flags) \($0.text.prefix(60).debugDescription)" } ?? "none"
  }

  private static func left(_ client: Client, _ keys: ChaosKeys) throws -> [Int: Left] {
    var found: [Int: Left] = [:]
    for key in 0..<keys.count {
      guard let item = try client.fetch(ChaosKeys.name(key)) else { continue }
      found[key] = Left(stamp: item.cas, flags: item.flags, text: item.text)
    }
    return found
  }

  // MARK: States

  private func version(_ sighting: Sighting) -> ChaosVersion {
    versions.version(sighting.key, sighting.stamp, sighting.tokens, above: sighting.freshAbove)
  }

  private func version(_ key: Int, _ item: Left) -> ChaosVersion {
    versions.version(key, item.stamp, ChaosToken.all(in: item.text) ?? [])
  }

  private mutating func judgeStates(_ left: [Int: Left], _ ordered: [Int: ChaosVersion]) {
    var contents: [Int: [UInt64: Int]] = [:]
    let removed = lastRemovals
    for sighting in notes.lazy.flatMap(\.sightings) {
      let known = contents[sighting.key, default: [:]].updateValue(
        sighting.content, forKey: sighting.stamp)
      if let known, known != sighting.content {
        complain(sighting.key, "two values under \(sighting.stamp)")
      }
      guard kills.haveLeft(sighting.stamp, on: sighting.side, killsBefore: sighting.killsBefore)
      else { continue }
      let (key, shown) = (sighting.key, version(sighting))
      if let version = ordered[key] {
        if version.isOlder(than: shown) {
          complain(key, "\(Self.told(left[key])) is left, but \(shown) was shown")
        }
      } else if max(removed[key] ?? 0, removed[-1] ?? 0) <= shown.freshFrom {
        complain(
          key, "lost: \(shown) was shown by \(sighting.side), and nothing has removed it since")
      }
    }
    for (key, item) in left {
      let isOther =
        contents[key]?[item.stamp].map { $0 != Self.content(item.text, item.flags) } ?? false
      if isOther { complain(key, "\(Self.told(item)) is left, and was another when it was shown") }
    }
  }

  /// By key, -1 for all: the stamp that no removal, done or not, exceeds.
  private var lastRemovals: [Int: UInt64] {
    var last: [Int: UInt64] = [:]
    for removal in notes.lazy.flatMap(\.removals) {
      let key = removal.key ?? -1
      last[key] = max(last[key] ?? 0, removal.below)
    }
    return last
  }

  // MARK: Removals

  private mutating func judgeRemovals(_ left: [Int: Left], _ ordered: [Int: ChaosVersion]) {
    for removal in notes.lazy.flatMap(\.removals) where removal.isAnswered {
      guard let above = removal.above,
        kills.haveLeft(removal.below, on: removal.side, killsBefore: removal.killsBefore)
      else { continue }
      for key in removal.key.map({ $0...$0 }) ?? 0...(keys.count - 1) {
        guard let item = left[key], let version = ordered[key], version.freshTo <= above else {
          continue
        }
        complain(key, "\(Self.told(item)) has come back: removed by \(removal.side) above \(above)")
      }
    }
  }

  private mutating func judgeTokens(_ left: [Int: Left]) {
    for (key, item) in left where !keys.isNumber(key) {
      let isKnown = ChaosToken.all(in: item.text)?.allSatisfy { token in
        notes.indices.contains(token.writer) && notes[token.writer].kinds.count >= token.number
      }
      if isKnown != true { complain(key, "\(Self.told(item)) was written by no one") }
    }
  }
}
