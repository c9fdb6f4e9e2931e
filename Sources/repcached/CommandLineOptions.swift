import ArgumentParser
import CacheServer

/// The flags by name. What the text of a flag means is `Settings`' business: here each is only carried there, so that
/// one wording of errors serves all.
struct CommandLineOptions: ParsableArguments {
  @Option(name: .of(.port), parsing: .unconditional) var port: String?
  @Option(name: .of(.udpPort), parsing: .unconditional) var udpPort: String?
  @Option(name: .of(.listen), parsing: .unconditionalSingleValue) var listen: [String] = []
  @Option(name: .of(.unixSocket), parsing: .unconditional) var unixSocket: String?
  @Option(name: .of(.unixSocketMode), parsing: .unconditional) var unixSocketMode: String?
  @Option(name: .of(.listenBacklog), parsing: .unconditional) var listenBacklog: String?
  @Option(name: .of(.maxConnections), parsing: .unconditional) var maxConnections: String?
  @Option(name: .of(.threads), parsing: .unconditional) var threads: String?
  @Option(name: .of(.requestsPerEvent), parsing: .unconditional) var requestsPerEvent: String?
  @Option(name: .of(.memoryLimit), parsing: .unconditional) var memoryLimit: String?
  @Option(name: .of(.maxItemSize), parsing: .unconditional) var maxItemSize: String?
  @Option(name: .of(.growthFactor), parsing: .unconditional) var growthFactor: String?
  @Option(name: .of(.smallestChunk), parsing: .unconditional) var smallestChunk: String?
  @Option(name: .of(.keyPrefixDelimiter), parsing: .unconditional) var keyPrefixDelimiter: String?
  @Option(name: .of(.bindingProtocol), parsing: .unconditional) var bindingProtocol: String?
  @Option(name: .of(.user), parsing: .unconditional) var user: String?
  @Option(name: .of(.pidFile), parsing: .unconditional) var pidFile: String?
  @Option(name: .of(.peer), parsing: .unconditional) var peer: String?
  @Option(name: .of(.peerPorts), parsing: .unconditional) var peerPorts: String?
  @Option(name: .of(.queueRecords), parsing: .unconditional) var queueRecords: String?
  @Option(name: .of(.options), parsing: .unconditionalSingleValue) var extended: [String] = []

  @Flag(name: [.customShort("A"), .customLong("enable-shutdown")]) var enableShutdown = false
  @Flag(name: [.customShort("C"), .customLong("disable-cas")]) var disableCAS = false
  @Flag(name: [.customShort("F"), .customLong("disable-flush-all")]) var disableFlushAll = false
  @Flag(name: [.customLong("disable-dumping")]) var disableDumping = false
  @Flag(name: [.customShort("L"), .customLong("enable-largepages")]) var enableLargePages = false
  @Flag(name: [.customShort("M"), .customLong("disable-evictions")]) var disableEvictions = false
  @Flag(name: [.customShort("d"), .customLong("daemon")]) var daemon = false
  @Flag(name: [.customShort("k"), .customLong("lock-memory")]) var lockMemory = false
  @Flag(name: [.customShort("r"), .customLong("enable-coredumps")]) var enableCoreDumps = false
  @Flag(name: [.customShort("v"), .customLong("verbose")]) var verbose: Int

  @Flag(name: [.customShort("h"), .customLong("help")]) var help = false
  @Flag(name: [.customShort("V"), .customLong("version")]) var version = false
  @Flag(name: [.customShort("i"), .customLong("license")]) var license = false
}

extension CommandLineOptions {
  func settings() throws(SettingsError) -> Settings {
    var settings = Settings()
    for (flag, texts) in valued {
      for text in texts { try settings.set(flag, text) }
    }
    settings.isShutdownCommandEnabled = enableShutdown
    settings.isCASEnabled = !disableCAS
    settings.isFlushCommandEnabled = !disableFlushAll
    settings.isDumpingEnabled = !disableDumping
    settings.usesLargePages = enableLargePages
    settings.evicts = !disableEvictions
    settings.isDaemon = daemon
    settings.locksMemory = lockMemory
    settings.maximizesCore = enableCoreDumps
    settings.verbosity = min(verbose, 3)
    return try settings.checked()
  }

  private var valued: [(Settings.Flag, [String])] {
    let single: [(Settings.Flag, String?)] = [
      (.port, port), (.udpPort, udpPort), (.unixSocket, unixSocket), (.unixSocketMode, unixSocketMode),
      (.listenBacklog, listenBacklog), (.maxConnections, maxConnections), (.threads, threads),
      (.requestsPerEvent, requestsPerEvent), (.memoryLimit, memoryLimit), (.maxItemSize, maxItemSize),
      (.growthFactor, growthFactor), (.smallestChunk, smallestChunk), (.keyPrefixDelimiter, keyPrefixDelimiter),
      (.bindingProtocol, bindingProtocol), (.user, user), (.pidFile, pidFile), (.peer, peer), (.peerPorts, peerPorts),
      (.queueRecords, queueRecords),
    ]
    return single.map { ($0, $1.map { [$0] } ?? []) } + [(.listen, listen), (.options, extended)]
  }
}

extension NameSpecification {
  fileprivate static func of(_ flag: Settings.Flag) -> NameSpecification {
    [.customShort(flag.letter), .customLong(flag.longName)]
  }
}
