/// What goes together, and what SIGHUP can change.
extension ProxySettings {
  /// All values together.
  package func checked() throws(ProxySettingsError) -> ProxySettings {
    if mains.isEmpty { throw .contradiction("-s is needed: at least one server") }
    if port == 0, unixSocket == nil { throw .contradiction("-p 0 needs -f: clients could not come in") }
    if mains.contains(where: { $0.second != nil }), !backups.isEmpty {
      throw .contradiction("-b has no use beside a pair: each side of it has all that the other has")
    }
    if backups.contains(where: { $0.second != nil }) { throw .contradiction("-b takes one server, no pair") }
    if (tls.chain == nil) != (tls.key == nil) { throw .contradiction("--tls-cert and --tls-key belong together") }
    if serverAuthorities != nil, !isServerTLSEnabled { throw .contradiction("--server-tls-ca needs --server-tls") }
    if acceptsSASL, authFile == nil { throw .contradiction("-S needs -Y: a file of users") }
    try checkDistribution()
    try checkEjection()
    return self
  }

  private func checkDistribution() throws(ProxySettingsError) {
    if hasKetamaBug, !usesKetama { throw .contradiction("--ketama-06 needs -k") }
    if usesKetama, rule != nil { throw .contradiction("-k and --distribution are two rules for where keys are") }
    if hash != nil, rule?.takesHash != true {
      throw .contradiction("--hash needs a --distribution with a choice of hashes")
    }
    if hashTag != nil, rule?.takesTag != true { throw .contradiction("--hash-tag needs a --distribution of twemproxy") }
    let all = mains + backups
    if all.contains(where: { $0.weight != 1 }), rule?.takesWeights != true {
      throw .contradiction("a weight needs a --distribution that knows weights")
    }
    if all.contains(where: { $0.name != nil }), rule?.takesTag != true {
      throw .contradiction("a server's name needs a --distribution of twemproxy")
    }
    if rule == .phpMemcacheStandard, all.reduce(0, { $0 + $1.weight }) > 1_000_000 {
      throw .contradiction("the weights are too great")
    }
  }

  private func checkEjection() throws(ProxySettingsError) {
    if !ejects, ejectLimit != nil || ejectTime != 0 {
      throw .contradiction("--eject-limit and --eject-time need --eject")
    }
    if ejects, !backups.isEmpty {
      throw .contradiction("--eject has no use beside -b: the backup has a dead main's keys")
    }
    if let ejectLimit, ejectLimit >= mains.count {
      throw .contradiction("--eject-limit must leave one server: below \(mains.count)")
    }
  }

  /// The same but for what SIGHUP changes: what differs then waits for the next start.
  package func keepingProcess(of now: ProxySettings) -> ProxySettings {
    var settings = self
    (settings.port, settings.host, settings.unixSocket) = (now.port, now.host, now.unixSocket)
    (settings.maxConnections, settings.threads, settings.http) = (now.maxConnections, now.threads, now.http)
    (settings.tls, settings.authFile, settings.acceptsSASL) = (now.tls, now.authFile, now.acceptsSASL)
    (settings.verbosity, settings.isDaemon, settings.pidFile) = (now.verbosity, now.isDaemon, now.pidFile)
    (settings.user, settings.group, settings.configurationFile) = (now.user, now.group, now.configurationFile)
    return settings
  }
}
