import ClientLogin
import ItemStore
import Platform
import Replication
import Synchronization
import SystemPackage

/// The server's side of its peer: makes the link from the settings, and says when clients may come in.
///
/// `bind` takes the replication port, or, where the port was only the default and is taken, warns and leaves the daemon
/// alone. From `start` on the link has its own thread and log lines; what the server asks of it is its status.
final class Pairing: Sendable {
  private let context: ServerContext
  private let log: @Sendable (String) -> Void
  private let link = Mutex<ReplicationLink?>(nil)
  /// What both sides must know, once it is read; nil: the peer's address is all that is asked for.
  private let secrets: PairSecrets?
  private let whenReady = Mutex<@Sendable () -> Void>({})

  /// How long the end of the process may wait for the peer (docs/architecture.md, "Threads").
  private static let drainLimit = Duration.seconds(5)

  init(context: ServerContext) {
    self.context = context
    log = context.log
    secrets = context.settings.peering.secretFile == nil ? nil : PairSecrets()
  }

  func bind() throws(ServerError) {
    let peering = context.settings.peering
    guard peering.isEnabled else { return }
    let configuration = try configuration(peering)
    do {
      let made = try ReplicationLink(store: context.store, configuration)
      link.withLock { $0 = made }
    } catch {
      let isOptional = !peering.isPortGiven && peering.peer == nil
      guard isOptional, case .cannotListen = error else { throw .system(error.description) }
      log("replication: \(error); serving alone (-X chooses another port, -X 0 turns replication off)")
    }
  }

  private func configuration(_ peering: Settings.Peering) throws(ServerError) -> ReplicationConfiguration {
    var listens: [SocketAddress] = []
    for host in context.settings.interfaceHosts {
      for address in try Self.resolve(host, peering.listenPort) where !listens.contains(address) {
        listens.append(address)
      }
    }
    var configuration = ReplicationConfiguration(
      node: PeerIdentity.node(of: Self.name(context.settings, listens)), listenAddresses: listens,
      workerCount: context.settings.threads)
    configuration.peer = peering.peer.map { PeerPlace(host: $0, port: peering.connectPort) }
    configuration.secrets = secrets
    configuration.tls = context.pairTLS
    configuration.expectsLegacy = peering.expectsLegacy
    configuration.replWait = .milliseconds(peering.connectMilliseconds)
    configuration.queueRecords = peering.queueRecords
    configuration.queueBytes = peering.queueBytes
    configuration.limits = PeerLimits(context.settings)
    configuration.legacyItemLimit = min(context.settings.maxItemSize, configuration.legacyItemLimit)
    let context = context
    configuration.log = {
      context.tell($0)
      context.watch.replication($0)
      context.pairMonitor.note($0, isWarning: false, at: SystemClock.unixMicroseconds())
    }
    configuration.warn = {
      context.log($0)
      context.watch.replication($0)
      context.pairMonitor.note($0, isWarning: true, at: SystemClock.unixMicroseconds())
    }
    configuration.report = {
      var report = PeerReport()
      for (kind, value) in context.sideNumbers()?.all ?? [:] { report[kind] = value }
      return report
    }
    configuration.onReport = { context.pairMonitor.received($0, at: SystemClock.unixMicroseconds()) }
    if context.acknowledgements.isOn {
      // Answers wait for every pass of the link: it rests shorter.
      configuration.pollInterval = .microseconds(100)
      configuration.hasWaitingAnswers = true
      configuration.onOutcomes = { context.acknowledgements.wake($0) }
    }
    configuration.onReady = { [weak self] in self?.whenReady.withLock { $0 }() }
    return configuration
  }

  /// Reads the secrets, at the start and whenever they may have changed: the next handshake uses them. Returns what there is.
  func loadSecrets(_ path: String) throws(ReloadFault) -> String {
    do throws(SharedSecretError) {
      let count = try secrets?.load(path) ?? 0
      return count == 1 ? "one secret" : "\(count) secrets, the first is spoken"
    } catch {
      throw ReloadFault(error.description, isForbidden: error == .file(.unreadable(.permissionDenied)))
    }
  }

  private static func resolve(_ host: String?, _ port: UInt16) throws(ServerError) -> [SocketAddress] {
    do {
      return try SocketAddress.resolve(host: host, port: port)
    } catch {
      throw .system(error.description)
    }
  }

  /// The same after a restart, and different for two daemons of one host.
  static func name(_ settings: Settings, _ listens: [SocketAddress]) -> String {
    let places = listens.map(\.description) + [settings.unixSocket ?? "", String(settings.port.number)]
    return ([ProcessIdentity.hostName] + places).joined(separator: " ")
  }

  func journal(ofWorker number: Int) -> WorkerJournal? {
    link.withLock { $0?.journals[number] }
  }

  /// - Parameter whenReady: called once, from any thread, when clients may come in.
  func start(whenReady ready: @escaping @Sendable () -> Void) throws(ServerError) {
    guard let link = link.withLock({ $0 }) else { return ready() }
    whenReady.withLock { $0 = ready }
    do {
      try link.start()
    } catch {
      throw .system(error.description)
    }
  }

  /// Another peer from now on: `HOST`, `HOST:PORT`, or `none`, to wait for whoever comes. The name is looked up later.
  /// Returns why that cannot be, or nil.
  func changePeer(_ text: String) -> String? {
    guard let link = link.withLock({ $0 }) else { return "replication is off" }
    if text.lowercased() == "none" {
      link.setPeer(nil)
      return nil
    }
    do throws(SettingsError) {
      let address = try Settings.Address(SettingsValue(flag: "replication peer", text: text))
      guard let host = address.host, address.port != 0 else { return "that is no peer: HOST[:PORT] or none" }
      link.setPeer(PeerPlace(host: host, port: address.port ?? context.settings.peering.connectPort))
      return nil
    } catch { return error.description }
  }

  /// The same by new settings, of which the peer and its port count.
  func changePeer(_ peering: Settings.Peering) {
    link.withLock { $0 }?.setPeer(peering.peer.map { PeerPlace(host: $0, port: peering.connectPort) })
  }

  /// How long the link of this status has been up.
  func linkSeconds(_ status: ReplicationStatus) -> UInt64 {
    if status.peer == nil { return 0 }
    let since = UInt64(clamping: Int64(status.linkedSince / .nanoseconds(1)))
    let now = SystemClock.monotonicNanoseconds()
    return now > since ? (now - since) / 1_000_000_000 : 0
  }

  /// What the peer holds under a key; nil: there is none that tells.
  func ask(_ key: [UInt8], tell: @escaping @Sendable (KeyAnswer?) -> Void) {
    guard let link = link.withLock({ $0 }) else { return tell(nil) }
    link.ask(key, tell: tell)
  }

  var status: ReplicationStatus? { link.withLock { $0 }?.status }

  /// Sends the peer what is queued, then ends the link. The workers have stopped.
  func stop() { link.withLock { $0 }?.shutDown(within: Self.drainLimit) }
}

extension MutationRing: WorkerJournal {}

extension PeerLimits {
  init(_ settings: Settings) {
    self.init(
      memory: UInt64(settings.memoryLimit), maxItemSize: UInt64(settings.maxItemSize), evicts: settings.evicts,
      hasCAS: settings.isCASEnabled)
  }
}

extension Settings {
  /// The interfaces of `-l`; nil is every one. The peer comes in where clients do.
  var interfaceHosts: [String?] {
    let hosts = addresses.map(\.host)
    return hosts.isEmpty ? [nil] : hosts
  }
}
