import ItemStore

extension Settings {
  /// The same settings, once their values are seen to go together.
  package func checked() throws(SettingsError) -> Settings {
    if !isPortGiven, !udpPort.isOff, port != udpPort { return try withPort(udpPort).checked() }
    guard maxItemSize <= memoryLimit / 2 else {
      throw .contradiction("-I must not be more than half of -m (\(memoryLimit >> 20) megabytes)")
    }
    guard minChunkSize <= maxItemSize else { throw .contradiction("-n must not be more than -I") }
    if let maxChunkSize { try check(maxChunkSize: maxChunkSize) }
    guard peering.isEnabled || peering.peer == nil else {
      throw .contradiction("-x names a peer, but -X 0 turns replication off")
    }
    guard peering.secretFile == nil || !peering.expectsLegacy else {
      throw .contradiction("-o repl_legacy: a repcached 2.x cannot prove the secret of -o repl_secret")
    }
    guard addresses.allSatisfy({ ($0.bindingProtocol ?? bindingProtocol) == bindingProtocol }) else {
      throw .contradiction("-l proto[…]: must be the protocol of -B: it is one for all addresses")
    }
    try checkTLS()
    try checkLogin()
    // Each thread has its own queue.
    guard peering.queueRecords >= threads else { throw .contradiction("-q must not be less than -t") }
    return self
  }

  /// Neither port, nor socket, nor an address with a port: memcached starts so, too.
  package var admitsNoClient: Bool {
    port.isOff && udpPort.isOff && unixSocket == nil && !addresses.contains { $0.port != nil }
  }

  private func checkLogin() throws(SettingsError) {
    guard authFile != nil else {
      if isSASLEnabled { throw .contradiction("-S needs -Y: the file with the users and their passwords") }
      return
    }
    if !udpPort.isOff { throw .contradiction("-U does not go with -Y: a datagram cannot log in") }
    if bindingProtocol == .binary, !isSASLEnabled {
      throw .contradiction("-B binary with -Y needs -S: the login of the binary protocol")
    }
    if bindingProtocol == .ascii, isSASLEnabled {
      throw .contradiction("-S is the login of the binary protocol, which -B ascii turns off")
    }
  }

  /// `-U` alone tells the TCP port too.
  private func withPort(_ port: ClientPort) -> Settings {
    var settings = self
    settings.port = port
    return settings
  }

  /// As memcached has it; but for the last, for here the table of an item's chunks lies in one of them.
  private func check(maxChunkSize: Int) throws(SettingsError) {
    let option = "-o slab_chunk_max=\(maxChunkSize >> 10)"
    guard maxChunkSize <= maxItemSize else { throw .contradiction("\(option) must not be more than -I") }
    guard maxItemSize % maxChunkSize == 0 else { throw .contradiction("-I must be a multiple of \(option)") }
    let most = StoreConfiguration.maxItemSize(maxChunkSize: maxChunkSize)
    guard maxItemSize <= most else {
      throw .contradiction("-I must not be more than \(most >> 10)k with \(option)")
    }
  }
}
