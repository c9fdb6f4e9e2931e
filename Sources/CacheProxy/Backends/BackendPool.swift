import Platform
import Synchronization
import Transport

/// The servers of a proxy, as the settings name them at one time, and what is known of each. SIGHUP makes another one.
///
/// ```
///   number    0 1 2 …          mains
///             … 5 6            the second sides of those that are pairs
///             … 8              backups
///             … 9              those that are no mains any more, and are still asked for keys that were theirs
/// ```
///
/// **Invariants.** It never changes. A server that stands in the old list and in the new one is one `Backend`, so what is known of its
/// health stays, and its connections do. Numbers are one pool's alone: who has a number says to which pool it belongs by asking that.
package final class BackendPool: Sendable {
  package let settings: ProxySettings
  package let backends: [Backend]
  package let router: KeyRouter
  /// Where keys were before, while they are on the way.
  let move: KeyMove?
  /// Of servers; nil: they speak no TLS, they need no login.
  let credentials: TLSCredentials?
  let login: ServerLogin?
  let notices: BackendPoolNotices
  private let entries: [Entry]
  private let partners: [Int?]

  /// What a server stands for in the list: one that stands for something else is another server. Its share of the keys is not looked at.
  private struct Entry: Hashable, Sendable {
    let address: BackendAddress
    let isSecond: Bool
    let isBackup: Bool

    init(_ address: BackendAddress, isSecond: Bool, isBackup: Bool) {
      self.address = BackendAddress(address.first, address.second)
      (self.isSecond, self.isBackup) = (isSecond, isBackup)
    }

    var side: BackendAddress.Side { isSecond ? address.second ?? address.first : address.first }
  }

  /// - Parameters:
  ///   - before: whose servers are kept, where they stand in this list too.
  ///   - move: keys that were elsewhere, and how far they are on their way.
  ///   - isStep: of a move, with the settings of before: no file is read again.
  package init(
    _ settings: ProxySettings, after before: BackendPool? = nil, move: KeyMove? = nil, isStep: Bool = false,
    notices: BackendPoolNotices
  ) throws(ProxyError) {
    self.settings = settings
    self.move = move
    self.notices = notices
    let leaving = move?.list.mains.filter { old in !settings.mains.contains { $0.shares(with: old) } } ?? []
    entries = Self.entries(settings.mains) + Self.entries(settings.backups, isBackup: true) + Self.entries(leaving)
    let keeps = before.map { $0.settings.speaksAlike(settings) } ?? false
    let partners = Self.partners(entries)
    self.partners = partners
    backends = Self.backends(entries, partners, before: keeps ? before : nil)
    router = KeyRouter(settings, move, places: entries.map { ($0.address, $0.isSecond || $0.isBackup) })
    if isStep, let before {
      (credentials, login) = (before.credentials, before.login)
      return
    }
    credentials = try Self.credentials(settings)
    login = try settings.serverLoginFile.map { (path) throws(ProxyError) in try ServerLogin(path) }
  }

  /// First sides before second ones.
  private static func entries(_ addresses: [BackendAddress], isBackup: Bool = false) -> [Entry] {
    addresses.map { Entry($0, isSecond: false, isBackup: isBackup) }
      + addresses.filter { $0.second != nil }.map { Entry($0, isSecond: true, isBackup: isBackup) }
  }

  private static func backends(_ entries: [Entry], _ partners: [Int?], before: BackendPool?) -> [Backend] {
    var free: [Entry: [Backend]] = [:]
    for (entry, backend) in zip(before?.entries ?? [], before?.backends ?? []) {
      free[entry, default: []].append(backend)
    }
    var backends: [Backend] = []
    for (number, entry) in entries.enumerated() {
      if free[entry]?.isEmpty == false, let kept = free[entry]?.removeFirst() {
        backends.append(kept)
      } else {
        let first = entry.isSecond ? partners[number].map { backends[$0] } : nil
        backends.append(Backend(entry.side, isBackup: entry.isBackup, first: first))
      }
    }
    return backends
  }

  private static func partners(_ entries: [Entry]) -> [Int?] {
    var partners = [Int?](repeating: nil, count: entries.count)
    // The same pair may stand there twice: each second side is the next first side's without one.
    for (second, entry) in entries.enumerated() where entry.isSecond {
      let first = entries.indices.first {
        !entries[$0].isSecond && entries[$0].address == entry.address && partners[$0] == nil
      }
      if let first { (partners[first], partners[second]) = (second, first) }
    }
    return partners
  }

  private static func credentials(_ settings: ProxySettings) throws(ProxyError) -> TLSCredentials? {
    guard settings.isServerTLSEnabled else { return nil }
    var tls = TLSSettings()
    tls.authorities = settings.serverAuthorities
    tls.verification = settings.serverAuthorities == nil ? .none : .require
    do throws(TLSError) { return try TLSCredentials(tls, for: .servers) } catch { throw ProxyError("\(error)") }
  }

  /// Waits for name servers. At the start a name that nobody knows is a mistake; later it is a server that cannot be reached.
  package func resolveNames() throws(ProxyError) {
    for backend in backends {
      do throws(ResolutionError) { try backend.place.resolve() } catch { throw ProxyError(error.description) }
    }
  }

  // MARK: Who is who

  /// Some keys are kept twice: by a backup, or where they were before.
  var hasBackups: Bool { !settings.backups.isEmpty || move != nil }
  package var mainCount: Int { settings.mainSides }

  /// It was a main of that list.
  func wasMain(_ number: Int, in list: ServerList) -> Bool {
    !entries[number].isBackup && list.mains.contains { $0.shares(with: entries[number].address) }
  }

  /// One of this pool and one of another are one server, or have a side in common.
  func shares(_ number: Int, with other: BackendPool, _ otherNumber: Int) -> Bool {
    entries[number].address.shares(with: other.entries[otherNumber].address)
  }

  func partner(of number: Int) -> Int? { partners[number] }
  func isPair(_ number: Int) -> Bool { partners[number] != nil }
  func isSecondSide(_ number: Int) -> Bool { entries[number].isSecond }

  /// Backups keep what it has to have: it is filled again when it returns.
  func hasBackup(_ number: Int) -> Bool { !settings.backups.isEmpty && number < mainCount }

  /// The side that is asked of a server that may be a pair.
  func side(of number: Int) -> Int {
    guard let partner = partners[number] else { return number }
    let first = min(number, partner)
    return backends[first].isSwitched.load(ordering: .relaxed) ? max(number, partner) : first
  }

  func role(of number: Int) -> String {
    if backends[number].isBackup { return "backup" }
    return number < mainCount ? "main" : "leaving"
  }
}

/// What happens to servers.
extension BackendPool {
  /// It has failed: it is dead, when that was as often in a row as the settings say.
  package func noteFailure(_ number: Int, _ why: String) {
    backends[number].place.noteFailure()
    // The other side of a pair is there at once.
    let limit = isPair(number) ? 1 : settings.failureLimit
    if backends[number].noteFailure(limit: limit) { markDead(number, why) }
  }

  package func markDead(_ number: Int, _ why: String) {
    guard backends[number].markDead() else { return }
    switchSide(from: number)
    updateEjections()
    notices.healthChanged()
    notices.log("magent: \(backends[number].address) is dead: \(why)")
  }

  /// False where something was written without it meanwhile.
  package func markReturned(_ number: Int, warming: Bool) -> Bool {
    guard backends[number].markReturned(warming: warming) else { return false }
    if let partner = partners[number], backends[partner].health == .dead { switchSide(from: partner) }
    updateEjections()
    notices.healthChanged()
    notices.log("magent: \(backends[number].address) answers again")
    return true
  }

  package func markWarm(_ number: Int) {
    guard backends[number].markWarm() else { return }
    notices.healthChanged()
    notices.log("magent: \(backends[number].address) has its keys again")
  }

  /// A pair is asked on one side, until that is dead: the other may be older for a moment when it has just returned.
  private func switchSide(from number: Int) {
    guard let partner = partners[number], backends[partner].health != .dead else { return }
    backends[min(number, partner)].isSwitched.store(partner > number, ordering: .relaxed)
  }

  /// Something is written without it. False where it has returned meanwhile, or, of a pair, where the other side lives.
  func noteMissed(_ number: Int, _ key: [UInt8]?) -> Bool {
    backends[number].noteMissed(key, partner: partners[number].map { backends[$0] })
  }

  // MARK: Ejection

  /// The keys of dead mains are others', as far as the settings allow. More that are dead are left where they are: then it is the
  /// network, and keys would only wander.
  private func updateEjections() {
    guard settings.ejects else { return }
    notices.withEjections {
      var left = settings.ejectLimit ?? max(settings.mains.count - 1, 0)
      let dead = settings.mains.indices.filter { backends[side(of: $0)].health == .dead }
      // Those that are out already stay out.
      for number in settings.mains.indices {
        let isOut = backends[number].isEjected.load(ordering: .relaxed)
        if isOut, !dead.contains(number) { setEjected(number, false) } else if isOut { left -= 1 }
      }
      for number in dead where left > 0 && !backends[number].isEjected.load(ordering: .relaxed) {
        setEjected(number, true)
        left -= 1
      }
    }
  }

  private func setEjected(_ number: Int, _ isEjected: Bool) {
    backends[number].isEjected.store(isEjected, ordering: .relaxed)
    notices.log(
      "magent: the keys of \(settings.mains[number]) are \(isEjected ? "other servers' for now" : "its own again")")
  }
}

/// What all pools of a proxy tell, and whom.
package final class BackendPoolNotices: Sendable {
  package let log: @Sendable (String) -> Void
  /// Raised when a server's health changes: workers look at that alone.
  private let healthVersion = Atomic<UInt32>(1)
  private let ejecting = Mutex(())

  package init(_ log: @escaping @Sendable (String) -> Void) { self.log = log }

  var currentHealthVersion: UInt32 { healthVersion.load(ordering: .acquiring) }
  func healthChanged() { healthVersion.add(1, ordering: .releasing) }
  func withEjections(_ body: () -> Void) { ejecting.withLock { _ in body() } }
}
